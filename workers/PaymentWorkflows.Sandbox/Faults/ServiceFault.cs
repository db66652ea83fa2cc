namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>What goes wrong with the requests to a played service beside the provider.</summary>
/// <param name="Kind">How.</param>
/// <param name="Times">How many requests it hits; 0 is without limit, until the faults are cleared.</param>
/// <param name="DelayMs">For <see cref="ServiceFaultKind.Slow"/> and <see cref="ServiceFaultKind.CommitThenHang"/>: milliseconds.</param>
/// <param name="Code">For <see cref="ServiceFaultKind.Refuse"/>: the error's code.</param>
/// <param name="Message">For <see cref="ServiceFaultKind.Refuse"/>: the error's words.</param>
/// <param name="Match">Only requests that hold this text in their path or body; null is every request.</param>
/// <param name="Applied">Requests hit so far.</param>
internal sealed record ServiceFault(
    ServiceFaultKind Kind, int Times = 0, int? DelayMs = null, string? Code = null, string? Message = null, string? Match = null, long Applied = 0);
