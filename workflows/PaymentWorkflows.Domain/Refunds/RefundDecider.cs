using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Domain.Refunds;

/// <summary>The decisions of a refund, pure: the workflow asks, waits and folds the answers.</summary>
public static class RefundDecider
{
    /// <summary>What to do after the provider answered a refund of <paramref name="asked"/>.</summary>
    public static RefundDecision AfterAnswer(Money asked, MoneyVerdict verdict) => AnswerCheck.OfRefund(asked, verdict).Match<RefundDecision>(
        succeeded => new RefundDecision.Succeeded(succeeded.Payment),
        declined => new RefundDecision.Failed(declined.Decline.Code, declined.Decline.Message),
        pending => new RefundDecision.AwaitProvider(pending.Payment),
        refusal => refusal.Cause switch
        {
            RefusalCause.Credentials => new RefundDecision.Hold(HoldReason.CredentialsRefused, refusal.Message)
            {
                MovedNothing = refusal.Code != MoneyVerdict.NotAttempted.LookUpRefused,
            },
            RefusalCause.Request or RefusalCause.State => new RefundDecision.Failed(refusal.Code, refusal.Message),
            RefusalCause.Absent => new RefundDecision.SendAgain(),
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), refusal.Cause, "A cause nobody has decided about."),
        },
        unknown => unknown.Cause == UnknownCause.Contradiction
            ? new RefundDecision.Hold(HoldReason.ProviderContradiction, unknown.Message)
            : new RefundDecision.Resolve(unknown.Message));

    /// <summary>The provider's refusal of a refund ends the attempt: only a person's retry makes another one.</summary>
    public static MoneyVerdict Final(MoneyVerdict answer) => answer is MoneyVerdict.NotAttempted { Cause: RefusalCause.State or RefusalCause.Request } refused
        ? new MoneyVerdict.Declined(new Decline(refused.Code, DeclineCategory.CheckFirst, "check_first", refused.Message), null)
        : answer;
}
