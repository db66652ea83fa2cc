using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Contracts.Tax;

/// <summary>The detail of a failure because a tax engine refused to compute.</summary>
/// <param name="Code">The engine's code.</param>
/// <param name="Reason">What a person has to look at.</param>
public sealed record TaxFailure(string Code, HoldReason Reason);
