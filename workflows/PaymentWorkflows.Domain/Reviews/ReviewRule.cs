namespace PaymentWorkflows.Domain.Reviews;

/// <summary>
/// A rule of the deployment: a payment that meets every condition that is set waits for a person before its money is taken. Conditions
/// that are left out are met by every payment. Of several rules each one counts.
/// </summary>
public sealed record ReviewRule
{
    /// <summary>What the rule is called, in views, holds and the audit trail.</summary>
    public required string Name { get; init; }

    /// <summary>Why a person should look, for that person.</summary>
    public required string Message { get; init; }

    /// <summary>From this amount on, by currency; a payment in a currency that is not named does not meet it. Empty: any amount.</summary>
    public IReadOnlyList<Money> AmountFrom { get; init; } = [];

    /// <summary>The customer's country is one of these; an unknown one is not. Null: any country.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>The customer's country is none of these; an unknown one is not either, so it meets this. Null: any country.</summary>
    public IReadOnlyList<string>? CountriesExcept { get; init; }

    /// <summary>The payment method's name is one of these. Null: any method.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The provider's risk level is one of these. Null: any level, also none.</summary>
    public IReadOnlyList<string>? RiskLevels { get; init; }

    /// <summary>How much the same customer or card pays in a while. Null: any.</summary>
    public VelocityCondition? Velocity { get; init; }
}
