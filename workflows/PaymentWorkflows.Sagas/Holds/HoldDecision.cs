using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>What a person decided.</summary>
/// <param name="Action">An act that the hold allows; never <see cref="HoldAction.ExtendDeadline"/>, which only prolongs the wait.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">The provider's id, for <see cref="HoldAction.MarkSucceeded"/>.</param>
public sealed record HoldDecision(HoldAction Action, string Actor, string Reason, string? Evidence)
{
    /// <summary>The fields that change and their new values, for <see cref="HoldAction.RetryWithChange"/>; each is one the hold knows.</summary>
    public IReadOnlyDictionary<string, string> Change { get; init; } = new Dictionary<string, string>();
}
