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

    [Activity("undo_payment")]
    Task<MoneyVerdict> UndoAsync(UndoRequest request);

    /// <summary>Reads only; nothing is recorded and nothing moves.</summary>
    [Activity("read_payment")]
    Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request);
}
