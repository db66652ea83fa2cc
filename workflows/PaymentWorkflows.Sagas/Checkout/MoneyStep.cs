using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Payments;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>
/// Drives one money step until the checkout can go on: asks again when nothing happened, resolves what is unknown, holds for a person
/// what contradicts us or is refused. Ends with captured, authorized, await-customer, await-provider where that is waited for, or decline; everything else is dealt with here.
/// </summary>
/// <param name="step">Which step, for people.</param>
/// <param name="call">Runs the step; with a person's evidence if there is any; remotely once it did not go well locally.</param>
/// <param name="decide">The decider.</param>
/// <param name="waitsForProvider">Whether a payment that the provider is still at is an answer: the saga waits for its event.</param>
/// <param name="change">What a person may change of a refused request; null when nothing.</param>
internal sealed class MoneyStep(
    CheckoutStep step,
    CheckoutProgress progress,
    UnknownResolver resolver,
    Func<bool> stopRequested,
    Func<string?, bool, Task<MoneyVerdict>> call,
    Func<MoneyVerdict, PaymentDecision> decide,
    bool waitsForProvider,
    RequestChange? change = null)
{
    public async Task<PaymentDecision> RunAsync()
    {
        var decision = decide(await call(null, false));
        while (true)
        {
            switch (decision)
            {
                case PaymentDecision.Resolve or PaymentDecision.AwaitProvider or PaymentDecision.SendAgain when IsOpen(decision):
                    decision = await SettleAsync();
                    break;
                case PaymentDecision.Hold hold:
                    decision = await HoldAsync(hold);
                    break;
                default:
                    return decision;
            }
        }
    }

    /// <summary>Looks until the outcome is known; a person decides when it is not known in time.</summary>
    private async Task<PaymentDecision> SettleAsync()
    {
        progress.Note(step, StepStatus.Unknown);
        var verdict = await resolver.ResolveAsync(
            () => call(null, true), seen => !IsOpen(decide(seen)), stopRequested);
        var decision = decide(verdict);
        if (stopRequested() && IsOpen(decision))
        {
            throw new CheckoutStoppedException(CheckoutStatus.Canceled, "Canceled while the payment's outcome was being looked up.");
        }

        return decision switch
        {
            PaymentDecision.Resolve unknown => new PaymentDecision.Hold(HoldReason.UnknownOutcome, unknown.Message),
            PaymentDecision.AwaitProvider when !waitsForProvider => new PaymentDecision.Hold(HoldReason.UnknownOutcome, "The provider is still processing the payment."),
            PaymentDecision.SendAgain => new PaymentDecision.Hold(HoldReason.UnknownOutcome, "The provider does not keep the payment we send."),
            _ => decision,
        };
    }

    private bool IsOpen(PaymentDecision decision) =>
        decision is PaymentDecision.Resolve or PaymentDecision.SendAgain || (decision is PaymentDecision.AwaitProvider && !waitsForProvider);

    private async Task<PaymentDecision> HoldAsync(PaymentDecision.Hold hold)
    {
        progress.Note(step, StepStatus.Held);
        if (hold.Payment is { } named)
        {
            progress.Know(named);
        }

        PaymentDecision? found = null;
        var watch = new HoldWatch(
            () => hold.Reason == HoldReason.UnknownOutcome && resolver.HasNews,
            async () => (found = HeldStill(hold, decide(await call(null, true)))) is PaymentDecision.Hold { Reason: HoldReason.UnknownOutcome } still ? still.Message : null);
        var decided = await progress.Holds.WaitAsync(HoldRules.Name(step), hold.Reason, hold.Message, stopRequested, change?.FieldsAt(hold), watch);
        if (decided is null)
        {
            return stopRequested() ? throw new CheckoutStoppedException(CheckoutStatus.Canceled, "Canceled while held.") : found!;
        }

        if (decided.Action == HoldAction.Compensate)
        {
            throw new CheckoutStoppedException(CheckoutStatus.Failed, $"{decided.Actor}: {decided.Reason}");
        }

        if (decided.Action == HoldAction.RetryWithChange && change is not null)
        {
            await change.ApplyAsync(decided.Change);
        }

        progress.Note(step, StepStatus.Unknown, triedAgain: true);
        var decision = decide(await call(decided.Evidence, true));
        return decided.Evidence is null ? decision : HeldStill(hold, decision);
    }

    /// <summary>What is still open after a person's evidence or a provider's event goes back to the person, with what was seen.</summary>
    private static PaymentDecision HeldStill(PaymentDecision.Hold hold, PaymentDecision decision) => decision switch
    {
        PaymentDecision.Resolve unknown => hold with { Message = unknown.Message },
        PaymentDecision.AwaitProvider or PaymentDecision.SendAgain => hold,
        _ => decision,
    };
}
