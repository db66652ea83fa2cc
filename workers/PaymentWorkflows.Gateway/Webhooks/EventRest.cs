namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>Why an event is not told now.</summary>
/// <param name="Until">When to look at it again; null never.</param>
/// <param name="Detail">For people.</param>
public sealed record EventRest(DateTimeOffset? Until, string Detail);
