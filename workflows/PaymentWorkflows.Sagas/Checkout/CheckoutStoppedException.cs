using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>
/// The row says that the checkout has ended: by steps of a workflow task whose completion was lost. What they did counts, so the
/// checkout goes on from the row.
/// </summary>
internal sealed class CheckoutSettledException(CheckoutStatus status) : Exception($"The checkout had ended as {status} already.");

/// <summary>The checkout does not go on; what was done is undone and it ends with this status.</summary>
internal sealed class CheckoutStoppedException(CheckoutStatus status, string reason, Decline? decline = null) : Exception(reason)
{
    public CheckoutStatus Status { get; } = status;
    public Decline? Decline { get; } = decline;
}
