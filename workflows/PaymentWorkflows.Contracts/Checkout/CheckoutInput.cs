using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>
/// What a checkout starts with. It names people by id only. A caller without the Gateway leaves <see cref="CheckoutId"/>,
/// <see cref="TransactionId"/>, <see cref="Placement"/> and <see cref="Policies"/> out: the first step settles them.
/// </summary>
public sealed record CheckoutInput : ITraced
{
    public required MerchantId Merchant { get; init; }
    public required OrderId Order { get; init; }
    public required CustomerId Customer { get; init; }
    public required Currency Currency { get; init; }
    public required IReadOnlyList<CheckoutLine> Lines { get; init; }
    public required PaymentMethodInput PaymentMethod { get; init; }
    public TaxMode Tax { get; init; }
    public TaxBehavior TaxBehavior { get; init; }
    public CaptureMode Capture { get; init; }

    /// <summary>The customer's country (ISO 3166-1 alpha-2), for the search attribute; null when it is not known.</summary>
    public string? Region { get; init; }

    /// <summary>Where the customer comes back to after acting elsewhere.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>The caller's own notes; copied to the provider's object.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Set by the Gateway, which has written the row already.</summary>
    public CheckoutId? CheckoutId { get; init; }

    /// <summary>The caller's or the edge's; made by the first step when left out.</summary>
    public TransactionId? TransactionId { get; init; }

    public Placement? Placement { get; init; }

    public CheckoutPolicies? Policies { get; init; }

    /// <summary>The payment method's traits, as the deployment had them when the checkout began.</summary>
    public PaymentMethodTraits? Method { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;

    MerchantId? ITraced.OfMerchant => Merchant;

    CheckoutId? ITraced.OfCheckout => CheckoutId;
}

/// <summary>How the customer pays.</summary>
/// <param name="Type">The payment method's name, such as <c>card</c>.</param>
/// <param name="Token">The provider's token of it (<c>pm_...</c>); never a card number. Null for methods that need none.</param>
/// <param name="Code">A code that the customer typed, for methods that want one; it lives for minutes.</param>
public sealed record PaymentMethodInput(string Type, string? Token, string? Code = null);

/// <summary>Whether prices contain tax.</summary>
public enum TaxBehavior
{
    Exclusive,
    Inclusive,
}

/// <summary>Deadlines of one checkout, fixed when it starts.</summary>
/// <param name="CustomerActionExpiry">How long the customer may take.</param>
/// <param name="UnknownDeadline">How long an unknown outcome is looked up before a person is asked.</param>
/// <param name="AuthorizationExpiry">How long an authorization waits for its capture when the provider names no earlier moment.</param>
/// <param name="HoldDeadline">How long a hold may wait before it is overdue.</param>
public sealed record CheckoutPolicies(TimeSpan CustomerActionExpiry, TimeSpan UnknownDeadline, TimeSpan AuthorizationExpiry, TimeSpan HoldDeadline)
{
    /// <summary>Whether the merchant's backend reserves before the money is taken.</summary>
    public bool Reserves { get; init; }

    /// <summary>Whether a review rule may apply to this checkout, so that its rules are evaluated before the money is taken.</summary>
    public bool Reviews { get; init; }

    /// <summary>Whether documents go to an ERP; null leaves it to the deployment.</summary>
    public bool? Erp { get; init; }
}
