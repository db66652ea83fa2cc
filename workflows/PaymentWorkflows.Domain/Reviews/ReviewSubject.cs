namespace PaymentWorkflows.Domain.Reviews;

/// <summary>A payment as the rules see it.</summary>
/// <param name="Amount">What the customer pays, tax included.</param>
/// <param name="Method">The payment method's name.</param>
/// <param name="Country">The customer's country (ISO 3166-1 alpha-2); null when it is not known.</param>
/// <param name="RiskLevel">The provider's own judgement; null when it gives none.</param>
public sealed record ReviewSubject(Money Amount, string Method, string? Country, string? RiskLevel);
