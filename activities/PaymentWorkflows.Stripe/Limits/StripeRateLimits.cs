namespace PaymentWorkflows.Stripe.Limits;

/// <summary>
/// Requests per second that one Stripe account bears, over all processes; null is no limit. Source: docs.stripe.com/rate-limits
/// (100 in all, 25 per endpoint, 20 for search in live mode).
/// </summary>
/// <param name="All">All requests together.</param>
/// <param name="Endpoint">One endpoint, whatever the object.</param>
/// <param name="Search">All searches together.</param>
public sealed record StripeRateLimits(double? All, double? Endpoint, double? Search);
