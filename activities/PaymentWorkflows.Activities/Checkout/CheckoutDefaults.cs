using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>What the deployment gives each new checkout; fixed in its input, so that a running saga keeps what it began with.</summary>
/// <param name="Placement">Where steps run.</param>
/// <param name="Policies">Deadlines.</param>
public sealed record CheckoutDefaults(Placement Placement, CheckoutPolicies Policies)
{
    /// <summary>The input of a caller without the Gateway, with its ids and every policy filled in.</summary>
    public CheckoutInput Complete(BeginCheckout begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        return begin.Input with
        {
            CheckoutId = begin.NewCheckoutId,
            TransactionId = begin.Input.TransactionId ?? begin.NewTransactionId,
            Placement = begin.Input.Placement ?? Placement,
            Policies = begin.Input.Policies ?? Policies,
        };
    }
}
