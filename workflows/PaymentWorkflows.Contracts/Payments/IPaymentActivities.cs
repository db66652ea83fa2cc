using PaymentWorkflows.Domain.Payments;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Payments;

/// <summary>
/// The steps that move money. Each may be called again at any time with the same request: it first looks at what is recorded of the
/// attempt, then at the provider, and sends only what is known not to have happened.
/// </summary>
public interface IPaymentActivities
{
    [Activity("authorize_payment")]
    Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request);

    [Activity("capture_payment")]
    Task<MoneyVerdict> CaptureAsync(CaptureRequest request);

    /// <summary>Releases what is reserved. Captured money stays: Succeeded with it says that it needs a refund.</summary>
    [Activity("undo_payment")]
    Task<MoneyVerdict> UndoAsync(UndoRequest request);

    /// <summary>Gives captured money back. Declined is the provider's no, or a refund that failed: no money moved.</summary>
    [Activity("refund_payment")]
    Task<MoneyVerdict> RefundAsync(RefundRequest request);

    /// <summary>
    /// Reads a refund as it is now; nothing is recorded and nothing moves. NotAttempted with <see cref="RefusalCause.State"/>: it failed or
    /// was canceled, so the money is ours again.
    /// </summary>
    [Activity("read_refund")]
    Task<MoneyVerdict> ReadRefundAsync(ReadRefundRequest request);

    /// <summary>Reads only; nothing is recorded and nothing moves.</summary>
    [Activity("read_payment")]
    Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request);
}
