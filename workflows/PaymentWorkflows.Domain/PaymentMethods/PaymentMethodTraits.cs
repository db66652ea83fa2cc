namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>How a customer pays with a method: what the product shows and waits for.</summary>
public enum PaymentFlow
{
    /// <summary>A token of a card; the answer comes at once, perhaps after authentication.</summary>
    Card,

    /// <summary>A page elsewhere.</summary>
    Redirect,

    /// <summary>A code to scan.</summary>
    QrCode,

    /// <summary>A slip that is paid later, elsewhere.</summary>
    Voucher,

    /// <summary>A mandate on a bank account; the bank answers days later.</summary>
    BankDebit,

    /// <summary>The customer confirms on a phone.</summary>
    AppApproval,
}

/// <summary>What tells the outcome of a payment.</summary>
public enum OutcomeSource
{
    /// <summary>The provider's answer.</summary>
    Answer,

    /// <summary>The provider's event, later.</summary>
    Webhook,
}

/// <summary>The traits of a payment method that a saga branches on; fixed in its input, so that a running saga keeps what it began with.</summary>
public sealed record PaymentMethodTraits
{
    public required PaymentFlow Flow { get; init; }
    public required OutcomeSource Outcome { get; init; }

    /// <summary>How long the customer (for a bank debit: the bank) may take; after it the payment is canceled.</summary>
    public required TimeSpan Expiry { get; init; }

    /// <summary>How long after the expiry money may still arrive; null when it cannot.</summary>
    public TimeSpan? Late { get; init; }

    /// <summary>Whether money can be reserved first and taken later.</summary>
    public required bool CanAuthorize { get; init; }

    /// <summary>Null when the method knows no refunds.</summary>
    public RefundTraits? Refunds { get; init; }

    /// <summary>What one payment in the checkout's currency may be over, tax included; null where there is no limit, and as long as no currency is known.</summary>
    public AmountLimit? Limit { get; init; }

    /// <summary>Provider name to how that provider calls the method.</summary>
    public required IReadOnlyList<ProviderMethod> Providers { get; init; }
}

/// <summary>What a method allows of refunds.</summary>
/// <param name="Partial">Whether less than all can be given back.</param>
/// <param name="Window">How long after the capture.</param>
public sealed record RefundTraits(bool Partial, TimeSpan Window);

/// <summary>A payment method at one provider.</summary>
public sealed record ProviderMethod
{
    /// <summary>The adapter's name, such as <c>stripe</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's name of the method.</summary>
    public required string Type { get; init; }

    /// <summary>The method's flow: it tells the adapter what to ask for and how to read what the customer must do.</summary>
    public PaymentFlow Flow { get; init; }

    /// <summary>The provider's name of what the customer must do; null where the flow's usual one applies.</summary>
    public string? NextAction { get; init; }

    /// <summary>The provider's parameter that takes the expiry in seconds; null when it takes none.</summary>
    public string? ExpiryParameter { get; init; }

    /// <summary>Further parameters: the provider's parameter and where its value comes from, such as <c>customer.tax_id</c> or <c>payment_method.code</c>.</summary>
    public IReadOnlyList<ProviderField> Fields { get; init; } = [];
}

/// <summary>A parameter of a provider and the field of the request that fills it.</summary>
/// <param name="Parameter">The provider's parameter, in its own notation.</param>
/// <param name="Source">The path of the field in our request.</param>
public sealed record ProviderField(string Parameter, string Source);
