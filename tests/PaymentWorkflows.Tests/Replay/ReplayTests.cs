using PaymentWorkflows.Contracts;
using PaymentWorkflows.Sagas.Checkout;
using Shouldly;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;
using Xunit;

namespace PaymentWorkflows.Tests.Replay;

/// <summary>Sagas that are under way when a new build comes must go on with it: what was recorded of them still replays.</summary>
public sealed class ReplayTests
{
    /// <summary>What must be among the recorded, as part of the file's name.</summary>
    private static readonly string[] Wanted =
    [
        "lean/01-a-card-pays.Checkout", "isolated/01-a-card-pays.Checkout", "a-card-is-declined.Checkout", "3-d-secure.Checkout", "sold-out", "is-canceled", "waits-for-a-person",
        "never-answers.Checkout", "is-held-and-an-operator", "in-two-parts-and-not-a-cent-more-than-was-taken.Refund", "a-refund-fails-after-it-had-succeeded-it-is-held-and-paid-by-another-way.Refund",
    ];

    /// <summary>Every workflow of this build.</summary>
    private static readonly List<Type> Sagas = [.. typeof(CheckoutWorkflow).Assembly.GetExportedTypes().Where(type => type.IsDefined(typeof(WorkflowAttribute), inherit: false))];

    public static TheoryData<string> Histories => [.. RecordedHistories.Names];

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task What_was_recorded_of_a_saga_replays_with_this_build(string history)
    {
        var replayed = await Replayer(options => Sagas.ForEach(saga => options.AddWorkflow(saga)))
            .ReplayWorkflowAsync(RecordedHistories.Read(history), throwOnReplayFailure: false);
        replayed.ReplayFailure.ShouldBeNull();
    }

    [Fact]
    public void Each_ending_that_matters_is_among_the_recorded() =>
        Wanted.Where(part => !RecordedHistories.Names.Any(name => name.Contains(part, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public async Task A_build_that_does_something_else_than_the_recorded_one_fails()
    {
        var name = RecordedHistories.Names.First(one => one.StartsWith("lean/01-", StringComparison.Ordinal));
        var replayed = await Replayer(options => options.AddWorkflow<HastyCheckoutWorkflow>()).ReplayWorkflowAsync(RecordedHistories.Read(name), throwOnReplayFailure: false);
        replayed.ReplayFailure.ShouldBeOfType<WorkflowNondeterminismException>();
    }

    private static WorkflowReplayer Replayer(Action<WorkflowReplayerOptions> workflows)
    {
        var options = new WorkflowReplayerOptions { DataConverter = PaymentWorkflowsJson.DataConverter };
        workflows(options);
        return new WorkflowReplayer(options);
    }

    /// <summary>A checkout that waits where the recorded ones began.</summary>
    [Workflow("Checkout")]
    public sealed class HastyCheckoutWorkflow
    {
        private readonly int waits = 1;

        [WorkflowRun]
        public async Task<int> RunAsync(Temporalio.Converters.IRawValue input)
        {
            await Workflow.DelayAsync(TimeSpan.FromSeconds(1));
            return waits;
        }
    }
}
