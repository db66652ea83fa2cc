namespace PaymentWorkflows.Domain.Checkout;

/// <summary>What a status allows.</summary>
public static class CheckoutStatusRules
{
    /// <summary>Whether the customer can be told something: the answer that a caller waits for.</summary>
    public static bool IsAnswer(this CheckoutStatus status) => status != CheckoutStatus.Processing;

    /// <summary>Whether the saga has ended.</summary>
    public static bool IsFinal(this CheckoutStatus status) => status switch
    {
        CheckoutStatus.Completed or CheckoutStatus.Declined or CheckoutStatus.Expired or CheckoutStatus.Canceled or CheckoutStatus.Failed => true,
        CheckoutStatus.Processing or CheckoutStatus.RequiresAction or CheckoutStatus.Authorized or CheckoutStatus.RequiresCapture => false,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A status nobody has classified."),
    };

    /// <summary>Whether the same order may be paid by a new attempt after this.</summary>
    public static bool AllowsNewAttempt(this CheckoutStatus status) => status is CheckoutStatus.Declined or CheckoutStatus.Expired or CheckoutStatus.Canceled;

    /// <summary>Whether there may be something to take back: everything but what ended without a sale.</summary>
    public static bool CanBeUndone(this CheckoutStatus status) => !status.AllowsNewAttempt() && status != CheckoutStatus.Failed;
}
