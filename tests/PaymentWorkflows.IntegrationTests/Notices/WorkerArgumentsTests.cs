using PaymentWorkflows.Worker;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>A role may be a task queue, or work that comes from none.</summary>
public sealed class WorkerArgumentsTests
{
    [Theory]
    [InlineData("notices")]
    [InlineData("sagas,payments,notices")]
    public void A_worker_takes_any_roles_together(string roles)
    {
        var arguments = WorkerArguments.Parse(["--roles", roles]);
        arguments.Roles.ShouldBe(roles.Split(','));
        arguments.Name.ShouldBe($"worker-{roles.Replace(',', '-')}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("notice")]
    [InlineData("notices,tax-free")]
    public void What_is_no_role_is_refused(string roles) => Should.Throw<FormatException>(() => WorkerArguments.Parse(["--roles", roles]))
        .Message.ShouldBe("--roles takes one or more of sagas, refunds, payments, tax, erp, notices, separated by commas.");
}
