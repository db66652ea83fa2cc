using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// Compares a provider's answer with what was asked. An answer that contradicts the request is never taken as success, nor recorded as
/// final: it becomes <see cref="MoneyVerdict.Unknown"/> with <see cref="UnknownCause.Contradiction"/>.
/// </summary>
public static class AnswerCheck
{
    /// <summary>
    /// Checks the answer to a request to reserve money, or to take it at once. A payment that a look-up finds canceled is no contradiction:
    /// it ended, by our own undo or by a person at the provider.
    /// </summary>
    /// <param name="asked">What the customer was to pay.</param>
    /// <param name="captureAtOnce">Whether capture was part of the request.</param>
    /// <param name="verdict">The provider's answer.</param>
    public static MoneyVerdict OfAuthorization(Money asked, bool captureAtOnce, MoneyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict switch
        {
            MoneyVerdict.Succeeded { Payment: { State: PaymentState.Canceled } payment } => WrongAmount(asked, payment) ?? verdict,
            MoneyVerdict.Succeeded { Payment: var payment } => WrongAmount(asked, payment) ?? (captureAtOnce
                ? Unless(payment.State == PaymentState.Captured && payment.Captured == asked, verdict, $"{asked} was to be captured", payment)
                : Unless(payment.State == PaymentState.Authorized && payment.Capturable == asked, verdict, $"{asked} was to be authorized", payment)),
            MoneyVerdict.Pending { Payment: var payment } => WrongAmount(asked, payment) ?? verdict,
            _ => verdict,
        };
    }

    /// <summary>As <see cref="OfAuthorization"/>, for the answer to the request itself: what was just made cannot have been canceled.</summary>
    public static MoneyVerdict OfNewAuthorization(Money asked, bool captureAtOnce, MoneyVerdict verdict) =>
        verdict is MoneyVerdict.Succeeded { Payment: { State: PaymentState.Canceled } payment }
            ? Contradicts($"{asked} was to be {(captureAtOnce ? "captured" : "authorized")}, the provider's new {payment.Id} is canceled", payment)
            : OfAuthorization(asked, captureAtOnce, verdict);

    /// <summary>Checks the answer to a capture; a reservation that has ended without money is an answer.</summary>
    /// <param name="asked">What was to be captured.</param>
    /// <param name="verdict">The provider's answer.</param>
    public static MoneyVerdict OfCapture(Money asked, MoneyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict is MoneyVerdict.Succeeded { Payment: var payment } && payment is not { State: PaymentState.Canceled, Captured.Minor: 0 }
            ? Unless(payment.State == PaymentState.Captured && payment.Captured == asked, verdict, $"{asked} was to be captured", payment)
            : verdict;
    }

    /// <summary>Checks the answer to a refund: another amount than was asked for is a person's matter.</summary>
    /// <param name="asked">What was to be given back.</param>
    /// <param name="verdict">The provider's answer.</param>
    public static MoneyVerdict OfRefund(Money asked, MoneyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict is MoneyVerdict.Succeeded or MoneyVerdict.Pending && verdict.Facts is { } payment && payment.Refunded != asked
            ? Contradicts($"{asked} was to be refunded, the provider's {payment.RefundId} is over {payment.Refunded}", payment)
            : verdict;
    }

    private static MoneyVerdict.Unknown? WrongAmount(Money asked, ProviderPayment payment) =>
        payment.Amount == asked ? null : Contradicts($"{asked} was asked for, the provider's {payment.Id} is over {payment.Amount}", payment);

    private static MoneyVerdict Unless(bool right, MoneyVerdict verdict, string expected, ProviderPayment payment) => right
        ? verdict
        : Contradicts($"{expected}, the provider's {payment.Id} is {HoldRules.Name(payment.State)} with {payment.Captured} captured and {payment.Capturable} capturable", payment);

    private static MoneyVerdict.Unknown Contradicts(string message, ProviderPayment payment) =>
        new(UnknownCause.Contradiction, message) { Payment = payment };
}
