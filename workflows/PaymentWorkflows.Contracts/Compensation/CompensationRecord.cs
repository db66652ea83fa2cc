namespace PaymentWorkflows.Contracts.Compensation;

/// <summary>One compensation and what became of it.</summary>
/// <param name="Step">The step that was taken back.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reference">The provider's id of what took it back, if any.</param>
/// <param name="Detail">For people.</param>
public sealed record CompensationRecord(string Step, CompensationOutcome Outcome, string? Reference, string Detail);

/// <summary>What became of a compensation.</summary>
public enum CompensationOutcome
{
    /// <summary>Taken back.</summary>
    Undone,

    /// <summary>There was nothing to take back.</summary>
    NotNeeded,

    /// <summary>A person decided to settle it outside.</summary>
    SkippedByOperator,
}
