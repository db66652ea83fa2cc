using System.Linq.Expressions;
using PaymentWorkflows.Sagas.Running;
using Shouldly;
using Temporalio.Activities;
using Xunit;

namespace PaymentWorkflows.Tests.Sagas;

/// <summary>A step's name and arguments are read out of its lambda as the SDK would read them.</summary>
public sealed class ActivityCallTests
{
    private static readonly string Fixed = "fixed";

    private interface ISteps
    {
        [Activity("pay_it")]
        Task<int> PayAsync(string what, long amount, object? more);

        [Activity]
        Task NamelessAsync();

        Task NoActivityAsync();
    }

    private string Own { get; } = "own";

    [Fact]
    public void What_a_step_closes_over_is_read()
    {
        var request = new { Inner = new { Amount = 7L } };
        var more = new object();
        ShouldBe(steps => steps.PayAsync("a", request.Inner.Amount, more), "a", 7L, more);
        ShouldBe(steps => steps.PayAsync(Own, 1, null), "own", 1L, null);
        ShouldBe(steps => steps.PayAsync(Fixed, long.MaxValue, Own), "fixed", long.MaxValue, "own");
        ShouldBe(steps => steps.PayAsync(string.Concat(Own, "ed"), request.Inner.Amount + 1, (int?)3), "owned", 8L, 3);
    }

    [Fact]
    public void What_is_no_named_activity_is_refused()
    {
        Should.Throw<ArgumentException>(() => Of(steps => steps.NamelessAsync())).Message.ShouldContain("without a name");
        Should.Throw<ArgumentException>(() => Of(steps => steps.NoActivityAsync())).Message.ShouldContain("is no activity");
        Should.Throw<ArgumentException>(() => Of(_ => Task.CompletedTask)).Message.ShouldContain("no call of an activity");
    }

    private static void ShouldBe(Expression<Func<ISteps, Task>> step, params object?[] arguments)
    {
        var call = ActivityCall.Of(step);
        call.Name.ShouldBe("pay_it");
        call.Arguments.ShouldBe(arguments);
    }

    private static ActivityCall Of(Expression<Func<ISteps, Task>> step) => ActivityCall.Of(step);
}
