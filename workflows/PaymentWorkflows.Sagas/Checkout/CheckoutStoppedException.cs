using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>The checkout does not go on; what was done is undone and it ends with this status.</summary>
internal sealed class CheckoutStoppedException(CheckoutStatus status, string reason, Decline? decline = null) : Exception(reason)
{
    public CheckoutStatus Status { get; } = status;
    public Decline? Decline { get; } = decline;
}
