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
    public static PaymentDecision AfterPayment(Money expected, bool captureAtOnce, MoneyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.Match(
            succeeded => AfterSuccess(expected, captureAtOnce, succeeded.Payment),
            declined => new PaymentDecision.Decline(declined.Decline, declined.Payment),
            pending => Contradiction(expected, pending.Payment) ?? AfterPending(pending),
            AfterRefusal,
            unknown => new PaymentDecision.Resolve(unknown.Cause, unknown.Message));
    }

    /// <summary>What to do after the provider answered a capture of <paramref name="asked"/> out of an authorization of <paramref name="expected"/>.</summary>
    public static PaymentDecision AfterCapture(Money expected, Money asked, MoneyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.Match(
            succeeded => Contradiction(expected, succeeded.Payment) ?? (succeeded.Payment.State == PaymentState.Captured && succeeded.Payment.Captured == asked
                ? new PaymentDecision.Captured(succeeded.Payment)
                : Contradicts($"{asked} was to be captured, the provider reports {succeeded.Payment.Captured} in state {HoldRules.Name(succeeded.Payment.State)}")),
            declined => new PaymentDecision.Decline(declined.Decline, declined.Payment),
            pending => new PaymentDecision.AwaitProvider(pending.Payment),
            AfterRefusal,
            unknown => new PaymentDecision.Resolve(unknown.Cause, unknown.Message));
    }

    private static PaymentDecision AfterSuccess(Money expected, bool captureAtOnce, ProviderPayment payment) =>
        Contradiction(expected, payment) ?? payment.State switch
        {
            PaymentState.Captured when captureAtOnce && payment.Captured == expected => new PaymentDecision.Captured(payment),
            PaymentState.Authorized when !captureAtOnce && payment.Capturable == expected => new PaymentDecision.Authorized(payment),
            _ => Contradicts($"{expected} was to be {(captureAtOnce ? "captured" : "authorized")}, the provider reports state {HoldRules.Name(payment.State)} with {payment.Captured} captured and {payment.Capturable} capturable"),
        };

    private static PaymentDecision AfterPending(MoneyVerdict.Pending pending) =>
        pending.Action is { } action ? new PaymentDecision.AwaitCustomer(pending.Payment, action) : new PaymentDecision.AwaitProvider(pending.Payment);

    private static PaymentDecision AfterRefusal(MoneyVerdict.NotAttempted refusal) => refusal.Cause switch
    {
        RefusalCause.Credentials => new PaymentDecision.Hold(HoldReason.CredentialsRefused, refusal.Message),
        RefusalCause.Request => new PaymentDecision.Hold(HoldReason.RequestRefused, refusal.Message),
        RefusalCause.State => new PaymentDecision.Hold(HoldReason.ProviderContradiction, refusal.Message),
        RefusalCause.Absent => new PaymentDecision.SendAgain(),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Cause, "A cause nobody has decided about."),
    };

    private static PaymentDecision? Contradiction(Money expected, ProviderPayment payment) =>
        payment.Amount == expected ? null : Contradicts($"{expected} was asked for, the provider's {payment.Id} is over {payment.Amount}");

    private static PaymentDecision Contradicts(string message) => new PaymentDecision.Hold(HoldReason.ProviderContradiction, message);
}
