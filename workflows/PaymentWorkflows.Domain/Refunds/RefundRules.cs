using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Domain.Refunds;

/// <summary>Whether a refund may be made, pure. Whoever asks holds the checkout's row, so that two refunds never count on the same money.</summary>
public static class RefundRules
{
    /// <param name="checkout">The checkout as it stands.</param>
    /// <param name="origin">Who wants it.</param>
    /// <param name="amount">Minor units; null asks for all that is left.</param>
    /// <param name="now">When (UTC).</param>
    public static RefundAllowance Check(RefundableCheckout checkout, RefundOrigin origin, long? amount, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        var wanted = new Money(amount ?? checkout.Available.Minor, checkout.Captured.Currency);
        return Problem(checkout, origin, wanted, now) is (var kind, var message)
            ? new RefundAllowance.Refused(new RefundProblem(kind, message, checkout.Available.Minor))
            : new RefundAllowance.Granted(wanted);
    }

    /// <summary>
    /// Whether the refund pays what is booked as owed: a checkout that ended without a sale holds nothing but money that came too late. One
    /// that was undone after its sale does not tell by its status: its money was booked as sold, and a refund takes that back.
    /// </summary>
    /// <param name="status">The checkout's status.</param>
    /// <param name="origin">Who wants the refund.</param>
    /// <param name="sold">Whether the books have its money as a sale.</param>
    public static bool IsOfPayable(CheckoutStatus status, RefundOrigin origin, bool sold) => MayBeOfPayable(status, origin) && !sold;

    /// <summary>Whether the books must be asked what the refund pays.</summary>
    public static bool MayBeOfPayable(CheckoutStatus status, RefundOrigin origin) => origin == RefundOrigin.LatePayment || status.AllowsNewAttempt();

    private static (RefundProblemKind Kind, string Message)? Problem(RefundableCheckout checkout, RefundOrigin origin, Money wanted, DateTimeOffset now)
    {
        if (checkout.Captured.Minor <= 0 || !checkout.HasPayment || (origin == RefundOrigin.Merchant && !checkout.Status.IsFinal()))
        {
            return (RefundProblemKind.NotCaptured, $"The checkout is '{HoldRules.Name(checkout.Status)}': a refund is allowed once its money is taken (completed).");
        }

        if (wanted.Minor <= 0 || wanted > checkout.Available)
        {
            return (RefundProblemKind.TooLarge, $"At most {checkout.Available.Minor} minor units can be refunded.");
        }

        // What came too late, or was taken for a sale that is undone, is owed whatever the method allows: the provider is asked, and its
        // refusal is what a person needs to see.
        return origin == RefundOrigin.Merchant && checkout.Method is { } method ? ProblemOf(method.Refunds, checkout, wanted, now) : null;
    }

    private static (RefundProblemKind Kind, string Message)? ProblemOf(PaymentMethods.RefundTraits? refunds, RefundableCheckout checkout, Money wanted, DateTimeOffset now)
    {
        if (refunds is null)
        {
            return (RefundProblemKind.NoRefunds, $"Payments by {checkout.MethodName} cannot be refunded.");
        }

        if (now - checkout.CapturedAt > refunds.Window)
        {
            return (RefundProblemKind.TooLate, $"Payments by {checkout.MethodName} can be refunded for {refunds.Window.Days} days; this one was taken at {checkout.CapturedAt:O}.");
        }

        return refunds.Partial || wanted == checkout.Captured
            ? null
            : (RefundProblemKind.NotInPart, $"Payments by {checkout.MethodName} can be refunded in full only: {checkout.Captured.Minor} minor units.");
    }
}
