using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>What the deployment gives each new checkout; fixed in its input, so that a running saga keeps what it began with.</summary>
/// <param name="Placement">Where steps run.</param>
/// <param name="Policies">Deadlines.</param>
/// <param name="Methods">The payment methods, of which the checkout takes a picture of its own.</param>
public sealed record CheckoutDefaults(Placement Placement, CheckoutPolicies Policies, IPaymentMethods Methods)
{
    /// <summary>The merchants whose backends reserve before the money is taken.</summary>
    public IReadOnlySet<MerchantId> Reserving { get; init; } = new HashSet<MerchantId>();

    /// <summary>The rules by which a payment waits for a person.</summary>
    public ReviewRuleSet Reviews { get; init; } = ReviewRuleSet.None;

    /// <summary>
    /// The policies of one checkout: the deployment's deadlines, or the caller's own; and what the deployment lets stand between the
    /// authorization and the money, which is not the caller's to leave out.
    /// </summary>
    public CheckoutPolicies PoliciesOf(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var policies = input.Policies ?? Policies;
        return policies with { Erp = policies.Erp ?? Policies.Erp, Reviews = policies.Reviews || Reviews.MayApply(input), Reserves = policies.Reserves || Reserving.Contains(input.Merchant) };
    }

    /// <summary>The input of a caller without the Gateway, with its ids and every policy filled in.</summary>
    public CheckoutInput Complete(BeginCheckout begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        return begin.Input with
        {
            CheckoutId = begin.NewCheckoutId,
            TransactionId = begin.Input.TransactionId ?? begin.NewTransactionId,
            Placement = begin.Input.Placement ?? Placement,
            Policies = PoliciesOf(begin.Input),

            // Never the caller's own: what a method can do is not his to say.
            Method = TraitsOf(begin.Input),
        };
    }

    /// <summary>The traits of a method as they stand now; null when the deployment does not offer it.</summary>
    public PaymentMethodTraits? TraitsOf(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Methods.Current.Find(input.PaymentMethod.Type) is { } method ? method.Traits with { Limit = PaymentMethodRules.LimitIn(method, input.Currency) } : null;
    }
}
