using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>Taking back a payment that moves while it is taken back.</summary>
public sealed class PaymentUndoTests
{
    private static readonly PaymentState[] States = Enum.GetValues<PaymentState>();

    [Fact]
    public async Task Whatever_a_payment_becomes_between_the_look_and_the_cancel_it_is_taken_back_or_waits_for_its_bank()
    {
        // As it was seen, as the cancel met it, as the next look found it, and as it stays.
        var paths = from seen in States from met in States from found in States from stays in States select new[] { seen, met, found, stays };
        foreach (var path in paths.Where(IsPossible))
        {
            var provider = new MovingProvider(path);

            var verdict = await UndoAsync(provider);

            verdict.ShouldSatisfyAllConditions(
                string.Join(" > ", path),
                () => (verdict is MoneyVerdict.Succeeded or MoneyVerdict.Pending).ShouldBeTrue(verdict.ToString()),
                () => verdict.Facts!.State.ShouldBe(provider.State),
                () => (verdict is MoneyVerdict.Pending).ShouldBe(provider.State == PaymentState.Processing));
        }
    }

    [Fact]
    public async Task A_cancel_that_is_refused_each_time_is_refused_and_never_repeated_under_its_key()
    {
        var provider = new MovingProvider(PaymentState.Authorized) { Refuses = true };

        (await UndoAsync(provider)).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.State);

        provider.Keys.ShouldBe(["k.undo:cancel_authorized:1", "k.undo:cancel_authorized:2", "k.undo:cancel_authorized:3"]);
    }

    /// <summary>What has ended stays as it ended.</summary>
    private static bool IsPossible(PaymentState[] path) =>
        path.Zip(path.Skip(1)).All(step => step.First is not (PaymentState.Captured or PaymentState.Canceled) || step.First == step.Second);

    private static Task<MoneyVerdict> UndoAsync(MovingProvider provider)
    {
        var request = new UndoRequest
        {
            Key = AttemptKey.Parse("k.undo"),
            OriginalKey = AttemptKey.Parse("k"),
            PaymentId = "pi_1",
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/1",
            Reason = "no longer wanted",
        };
        return new PaymentUndo(provider, new MemoryAttemptStore(), new FakeTimeProvider()).UndoAsync(request, "k.undo", CancellationToken.None);
    }
}
