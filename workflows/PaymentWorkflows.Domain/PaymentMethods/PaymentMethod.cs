using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>A payment method of the deployment, as its configuration describes it.</summary>
public sealed record PaymentMethod
{
    /// <summary>The name that callers use, such as <c>card</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Language tag (BCP 47) to the name for customers; <c>en</c> is always there.</summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }

    public required PaymentMethodTraits Traits { get; init; }

    /// <summary>The buyers' countries (ISO 3166-1 alpha-2, upper case); null for every country.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>Null for every currency.</summary>
    public IReadOnlyList<Currency>? Currencies { get; init; }

    /// <summary>What one payment may be over, per currency.</summary>
    public IReadOnlyList<AmountLimit> Limits { get; init; } = [];

    public required IReadOnlyList<CaptureMode> CaptureModes { get; init; }

    /// <summary>Null when payments cannot be disputed.</summary>
    public DisputeRules? Disputes { get; init; }

    /// <summary>Business days until the provider pays the money out.</summary>
    public required int SettlementDays { get; init; }

    /// <summary>Fields of a checkout request that must be there, such as <c>customer.email</c>.</summary>
    public IReadOnlyList<string> RequiredFields { get; init; } = [];
}

/// <summary>The smallest and the largest amount of one payment, in minor units; null is no limit.</summary>
public sealed record AmountLimit(Currency Currency, long? Min, long? Max)
{
    /// <summary>Whether an amount of this currency is within the limit.</summary>
    public bool Takes(long minor) => minor >= (Min ?? minor) && minor <= (Max ?? minor);

    /// <summary>For people.</summary>
    public override string ToString() => this switch
    {
        { Min: { } min, Max: { } max } => $"{min} to {max}",
        { Min: { } min } => $"{min} and more",
        { Max: { } max } => $"at most {max}",
        _ => "any amount",
    };
}

/// <summary>How payments with a method are disputed.</summary>
/// <param name="Window">How long after the payment.</param>
/// <param name="Challengeable">Whether evidence can win the money back.</param>
public sealed record DisputeRules(TimeSpan Window, bool Challengeable);
