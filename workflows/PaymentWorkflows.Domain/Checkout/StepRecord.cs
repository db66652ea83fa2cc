namespace PaymentWorkflows.Domain.Checkout;

/// <summary>One step of a checkout as people and callers see it.</summary>
/// <param name="Name">Which step.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Attempts">How often it was tried on purpose.</param>
/// <param name="At">When it got this status (UTC).</param>
/// <param name="Reference">The provider's or our id of what it made, if any.</param>
public sealed record StepRecord(CheckoutStep Name, StepStatus Status, int Attempts, DateTimeOffset At, string? Reference);
