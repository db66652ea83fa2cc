namespace PaymentWorkflows.Sandbox.State;

/// <summary>One request that reached the provider's port.</summary>
/// <param name="Seq">Counts from 1.</param>
/// <param name="At">RFC 3339, by the sandbox's clock.</param>
/// <param name="Status">The answer's status; null when none was sent.</param>
/// <param name="Fault">The kind of the fault applied, or null.</param>
/// <param name="Replayed">Whether a saved answer was given.</param>
internal sealed record RequestRecord(
    long Seq, string At, string Method, string Path, string? IdempotencyKey, int? Status, string? Fault, string RequestId, bool Replayed);
