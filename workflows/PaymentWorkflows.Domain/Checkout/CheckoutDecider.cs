using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Domain.Checkout;

/// <summary>The decisions of a checkout, pure: the workflow asks, waits and folds the answers.</summary>
public static class CheckoutDecider
{
    /// <summary>
    /// What to do after the provider answered a request for <paramref name="expected"/>. An answer that contradicts the request is never
    /// taken as success: it goes to a person.
    /// </summary>
    /// <param name="expected">The amount that was asked for.</param>
    /// <param name="captureAtOnce">Whether capture was part of the request.</param>
    /// <param name="verdict">The provider's answer.</param>
    public static PaymentDecision AfterPayment(Money expected, bool captureAtOnce, MoneyVerdict verdict) => Decide(
        AnswerCheck.OfAuthorization(expected, captureAtOnce, verdict),
        captureAtOnce ? payment => new PaymentDecision.Captured(payment) : payment => new PaymentDecision.Authorized(payment));

    /// <summary>What to do after the provider answered a capture of <paramref name="asked"/>.</summary>
    public static PaymentDecision AfterCapture(Money asked, MoneyVerdict verdict) =>
        Decide(AnswerCheck.OfCapture(asked, verdict), payment => new PaymentDecision.Captured(payment));

    private static PaymentDecision Decide(MoneyVerdict verdict, Func<ProviderPayment, PaymentDecision> success) => verdict.Match(
        succeeded => succeeded.Payment.State == PaymentState.Canceled ? new PaymentDecision.Ended(succeeded.Payment) : success(succeeded.Payment),
        declined => new PaymentDecision.Decline(declined.Decline, declined.Payment),
        pending => pending.Action is { } action ? new PaymentDecision.AwaitCustomer(pending.Payment, action) : new PaymentDecision.AwaitProvider(pending.Payment),
        AfterRefusal,
        AfterUnknown);

    private static PaymentDecision AfterRefusal(MoneyVerdict.NotAttempted refusal) => refusal.Cause switch
    {
        RefusalCause.Credentials => new PaymentDecision.Hold(HoldReason.CredentialsRefused, refusal.Message),
        RefusalCause.Request => new PaymentDecision.Hold(HoldReason.RequestRefused, refusal.Message),
        RefusalCause.State => new PaymentDecision.Hold(HoldReason.ProviderContradiction, refusal.Message),
        RefusalCause.Absent => new PaymentDecision.SendAgain(),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Cause, "A cause nobody has decided about."),
    };

    private static PaymentDecision AfterUnknown(MoneyVerdict.Unknown unknown) => unknown.Cause == UnknownCause.Contradiction
        ? new PaymentDecision.Hold(HoldReason.ProviderContradiction, unknown.Message) { Payment = unknown.Payment }
        : new PaymentDecision.Resolve(unknown.Cause, unknown.Message);
}
