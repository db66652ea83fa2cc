namespace PaymentWorkflows.Cli.Chaos;

/// <summary>What came of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Met">Whether the saga came to the place at all.</param>
/// <param name="Held">Whether a person was needed, who tried again.</param>
/// <param name="Wrong">What is wrong, for people; null when nothing is.</param>
internal sealed record ChaosFinding(ChaosCase Case, bool Met, bool Held, string? Wrong);
