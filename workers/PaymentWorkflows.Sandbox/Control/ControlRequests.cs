using PaymentWorkflows.Sandbox.Faults;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>Body of <c>POST /faults</c>; see <see cref="FaultRule"/>.</summary>
internal sealed record FaultRequest(
    string Kind, FaultMatch? Match = null, int Times = 1, int? DelayMs = null, bool Committed = false, string? Reason = null);

/// <summary>Body of <c>POST /clock</c>.</summary>
/// <param name="Advance">An ISO 8601 duration, for example <c>PT25H</c> or <c>P8D</c>.</param>
internal sealed record ClockRequest(string Advance);
