namespace PaymentWorkflows.Domain.Payments;

/// <summary>What the customer must do next.</summary>
/// <param name="Type"><c>three_d_secure</c>, <c>redirect</c>, <c>qr_code</c>, <c>voucher</c> or <c>app_approval</c>: see <see cref="PaymentMethods.PaymentFlowRules.ActionType"/>.</param>
/// <param name="Url">Where to send the customer, when it is a page.</param>
/// <param name="Data">What to show: the content of a code, or the number on a slip.</param>
/// <param name="ExpiresAt">When it lapses (UTC), when the provider says so.</param>
public sealed record NextAction(string Type, string? Url, string? Data, DateTimeOffset? ExpiresAt);
