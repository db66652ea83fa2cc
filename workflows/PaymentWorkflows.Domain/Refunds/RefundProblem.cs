namespace PaymentWorkflows.Domain.Refunds;

/// <summary>Why a refund cannot be made.</summary>
/// <param name="Kind">What programs branch on.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
/// <param name="Available">What is left to refund, in minor units.</param>
public sealed record RefundProblem(RefundProblemKind Kind, string Message, long Available);

/// <summary>The rules that a refund may break.</summary>
public enum RefundProblemKind
{
    /// <summary>No money has been taken yet, or the checkout is being paid or undone.</summary>
    NotCaptured,

    /// <summary>More than is left.</summary>
    TooLarge,

    /// <summary>The payment method knows no refunds.</summary>
    NoRefunds,

    /// <summary>The payment method gives back everything or nothing.</summary>
    NotInPart,

    /// <summary>The payment method's time for refunds is over.</summary>
    TooLate,
}
