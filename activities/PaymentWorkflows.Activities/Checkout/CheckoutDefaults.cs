using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>What the deployment gives each new checkout; fixed in its input, so that a running saga keeps what it began with.</summary>
/// <param name="Placement">Where steps run.</param>
/// <param name="Policies">Deadlines.</param>
/// <param name="NewId">Makes the random part of an id: 24 letters and digits.</param>
public sealed record CheckoutDefaults(Placement Placement, CheckoutPolicies Policies, Func<string> NewId)
{
    /// <summary>The input with every id and policy filled in.</summary>
    public CheckoutInput Complete(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input with
        {
            CheckoutId = input.CheckoutId ?? CheckoutId.Parse("chk_" + NewId()),
            TransactionId = input.TransactionId ?? TransactionId.Parse("txn_" + NewId()),
            Placement = input.Placement ?? Placement,
            Policies = input.Policies ?? Policies,
        };
    }
}
