namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>A fault that waits for its request.</summary>
/// <param name="Times">How many requests it hits; 0 is without limit.</param>
/// <param name="DelayMs">Milliseconds, for the kinds that wait.</param>
/// <param name="Committed">For <see cref="FaultKind.Stored500"/>: whether the effect took place.</param>
/// <param name="Reason">For <see cref="FaultKind.RateLimited"/>: the header's value.</param>
/// <param name="Id">Given by the sandbox.</param>
/// <param name="Seen">Matching requests so far.</param>
/// <param name="Applied">Requests hit so far.</param>
internal sealed record FaultRule(
    FaultKind Kind,
    FaultMatch? Match = null,
    int Times = 1,
    int? DelayMs = null,
    bool Committed = false,
    string? Reason = null,
    string? Id = null,
    long Seen = 0,
    long Applied = 0);
