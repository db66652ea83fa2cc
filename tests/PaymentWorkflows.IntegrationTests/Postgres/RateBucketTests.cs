using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>All processes together stay under a provider's limit.</summary>
public sealed class RateBucketTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly RateBucket Hundred = new("stripe/main/GET /v1/charges", 100);

    private IRateBuckets Buckets => Stores.Buckets;

    [Fact]
    public async Task Callers_at_once_take_no_more_than_the_bucket_holds()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Buckets.TakeAsync(Hundred, 5, 0, Noon, Cancelled)));

        taken.Count(one => one).ShouldBe(20);
    }

    [Fact]
    public async Task What_runs_in_can_be_taken_up_to_the_capacity()
    {
        (await Buckets.TakeAsync(Hundred, 100, 0, Noon, Cancelled)).ShouldBeTrue();
        (await Buckets.TakeAsync(Hundred, 1, 0, Noon, Cancelled)).ShouldBeFalse();
        (await Buckets.TakeAsync(Hundred, 50, 0, Noon.AddSeconds(0.5), Cancelled)).ShouldBeTrue();
        (await Buckets.TakeAsync(Hundred, 1, 0, Noon.AddSeconds(0.5), Cancelled)).ShouldBeFalse();
        (await Buckets.TakeAsync(Hundred, 101, 0, Noon.AddHours(1), Cancelled)).ShouldBeFalse();
        (await Buckets.TakeAsync(Hundred, 100, 0, Noon.AddHours(1), Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_part_stays_for_those_who_go_first()
    {
        (await Buckets.TakeAsync(Hundred, 75, 25, Noon, Cancelled)).ShouldBeTrue();
        (await Buckets.TakeAsync(Hundred, 1, 25, Noon, Cancelled)).ShouldBeFalse();
        (await Buckets.TakeAsync(Hundred, 25, 0, Noon, Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_process_whose_clock_is_behind_adds_nothing()
    {
        (await Buckets.TakeAsync(Hundred, 100, 0, Noon, Cancelled)).ShouldBeTrue();
        (await Buckets.TakeAsync(Hundred, 1, 0, Noon.AddMinutes(-1), Cancelled)).ShouldBeFalse();
        (await Buckets.TakeAsync(Hundred, 1, 0, Noon.AddSeconds(0.001), Cancelled)).ShouldBeFalse();
    }
}
