namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>Which requests a fault is for. Absent members match everything.</summary>
/// <param name="Method">For example <c>POST</c>.</param>
/// <param name="Path">Exact, or with <c>*</c> or <c>{id}</c> for one segment or part of one; a last <c>**</c> matches any rest.</param>
/// <param name="Nth">Only the nth matching request from now, counted from 1.</param>
/// <param name="Probability">From 0 to 1, drawn from the seeded source.</param>
internal sealed record FaultMatch(string? Method = null, string? Path = null, int? Nth = null, double? Probability = null);
