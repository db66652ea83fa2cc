using PaymentWorkflows.Contracts.Holds;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>An act as it arrived.</summary>
/// <param name="Act">What could be read of it.</param>
/// <param name="Problem">Why it cannot be taken as an act at all; null when it can.</param>
public sealed record SentAct(Intervention Act, string? Problem = null)
{
    /// <summary>Its place among the acts of the saga.</summary>
    internal int Number { get; init; }
}
