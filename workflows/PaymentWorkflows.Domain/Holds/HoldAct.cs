namespace PaymentWorkflows.Domain.Holds;

/// <summary>What a person sent to a hold, as it came.</summary>
/// <param name="Action">The act's snake_case name.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record HoldAct(string? Action, string? Actor, string? Reason)
{
    /// <summary>The provider's id, for <see cref="HoldAction.MarkSucceeded"/>.</summary>
    public string? Evidence { get; init; }

    /// <summary>Fields and their new values, for <see cref="HoldAction.RetryWithChange"/> and <see cref="HoldAction.ExtendDeadline"/>.</summary>
    public IReadOnlyDictionary<string, string> Change { get; init; } = new Dictionary<string, string>();
}
