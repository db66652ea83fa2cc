using PaymentWorkflows.Sagas.Running;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Sagas;

public sealed class ActivityProfileTests
{
    public static TheoryData<string> RemoteSteps => ["Money", "Tax", "Erp", "Sale"];

    [Theory]
    [MemberData(nameof(RemoteSteps))]
    public void A_step_on_another_roles_queue_notices_a_lost_worker_before_its_own_end(string name)
    {
        var profile = (ActivityProfile)typeof(ActivityProfiles).GetProperty(name)!.GetValue(null)!;
        profile.LocalWhenIsolated.ShouldBeFalse();
        profile.Heartbeat.ShouldNotBeNull().ShouldBeLessThan(profile.StartToClose);
    }

    [Fact]
    public void Every_profile_is_looked_at() => typeof(ActivityProfiles).GetProperties().Select(one => (ActivityProfile)one.GetValue(null)!)
        .Count(one => !one.LocalWhenIsolated).ShouldBe(RemoteSteps.Count);

    [Fact]
    public void What_a_customer_waits_for_is_taken_over_within_seconds()
    {
        ActivityProfiles.Money.Heartbeat.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3));
        ActivityProfiles.Tax.Heartbeat.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3));
    }
}
