using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Sagas.Compensation;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Sagas;

public class SagaTests
{
    private static readonly string[] Steps = ["authorize", "reserve", "capture", "invoice"];

    [Fact]
    public async Task Compensations_run_in_reverse()
    {
        var ran = new List<string>();
        var saga = Registered(ran, stuck: []);
        var records = await saga.CompensateAsync((_, _, _) => throw new InvalidOperationException("Nothing is stuck."));
        ran.ShouldBe(Steps.Reverse());
        records.Select(record => record.Step).ShouldBe(Steps.Reverse());
        records.ShouldAllBe(record => record.Outcome == CompensationOutcome.Undone);
    }

    public static TheoryData<int> EverySubset => [.. Enumerable.Range(0, 1 << 4)];

    [Theory]
    [MemberData(nameof(EverySubset))]
    public async Task Whatever_subset_is_stuck_all_the_others_are_undone_before_a_person_decides(int subset)
    {
        string[] stuck = [.. Steps.Where((_, index) => (subset & (1 << index)) != 0)];
        var ran = new List<string>();
        var decisions = new Dictionary<string, TaskCompletionSource<CompensationRecord>>();
        var saga = Registered(ran, stuck);
        var compensating = saga.CompensateAsync((step, _, _) => (decisions[step] = new()).Task);

        ran.ShouldBe(Steps.Reverse());
        decisions.Keys.ShouldBe(stuck.Reverse());
        compensating.IsCompleted.ShouldBe(stuck.Length == 0);

        foreach (var (step, decision) in decisions)
        {
            decision.SetResult(new CompensationRecord(step, CompensationOutcome.SkippedByOperator, null, "ann: settled by hand"));
        }

        var records = await compensating;
        records.Select(record => (record.Step, record.Outcome)).ShouldBe(Steps.Reverse().Select(step =>
            (step, stuck.Contains(step) ? CompensationOutcome.SkippedByOperator : CompensationOutcome.Undone)));
    }

    [Fact]
    public async Task A_compensation_runs_once_however_often_it_is_asked_for()
    {
        var ran = new List<string>();
        var saga = Registered(ran, stuck: []);
        await saga.CompensateAsync((_, _, _) => throw new InvalidOperationException());
        (await saga.CompensateAsync((_, _, _) => throw new InvalidOperationException())).ShouldBeEmpty();
        ran.Count.ShouldBe(Steps.Length);
    }

    [Fact]
    public void What_is_registered_is_known_before_the_step_runs()
    {
        var saga = new Saga();
        saga.Register("authorize", () => throw new InvalidOperationException());
        saga.Pending.ShouldBe(["authorize"]);
        saga.Forget();
        saga.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_compensation_that_breaks_waits_for_those_that_are_parked_before_it_is_told()
    {
        var saga = new Saga();
        saga.Register("authorize", () => throw new InvalidOperationException("broken"));
        saga.Register("reserve", () => Task.FromResult<UndoResult>(new UndoResult.Stuck("refused")));
        var decided = new TaskCompletionSource<CompensationRecord>();
        var undoing = saga.CompensateAsync((_, _, _) => decided.Task);
        undoing.IsCompleted.ShouldBeFalse();
        decided.SetResult(new CompensationRecord("reserve", CompensationOutcome.SkippedByOperator, null, "dana: why"));
        (await Should.ThrowAsync<InvalidOperationException>(() => undoing)).Message.ShouldBe("broken");
    }

    private static Saga Registered(List<string> ran, string[] stuck)
    {
        var saga = new Saga();
        foreach (var step in Steps)
        {
            saga.Register(step, () =>
            {
                ran.Add(step);
                return Task.FromResult<UndoResult>(stuck.Contains(step)
                    ? new UndoResult.Stuck("refused")
                    : new UndoResult.Done(new CompensationRecord(step, CompensationOutcome.Undone, null, "done")));
            });
        }

        return saga;
    }
}
