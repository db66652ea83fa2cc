namespace PaymentWorkflows.Domain.Payments;

/// <summary>What the customer must do next.</summary>
/// <param name="Type"><c>three_d_secure</c>, <c>redirect</c> or <c>qr_code</c>.</param>
/// <param name="Url">Where to send the customer, when it is a page.</param>
/// <param name="Data">What to show, when it is a code.</param>
/// <param name="ExpiresAt">When it lapses (UTC), when the provider says so.</param>
public sealed record NextAction(string Type, string? Url, string? Data, DateTimeOffset? ExpiresAt);
