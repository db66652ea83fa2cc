using System.Text.RegularExpressions;
using PaymentWorkflows.Activities.Limits;

namespace PaymentWorkflows.Stripe.Limits;

/// <summary>Lets a request to Stripe go when the account's limits allow it.</summary>
public sealed partial class RateLimitHandler(RateLimiter limiter, StripeRateLimits limits, string account, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await limiter.AcquireAsync(Buckets(request), cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    // The narrower limit first: a call that waits for its endpoint holds no token of the whole.
    private List<RateBucket> Buckets(HttpRequestMessage request)
    {
        var endpoint = Endpoint(request.Method, request.RequestUri!.AbsolutePath);
        var buckets = new List<RateBucket>(3);
        if (limits.Search is { } search && endpoint.EndsWith("/search", StringComparison.Ordinal))
        {
            buckets.Add(new RateBucket($"stripe/{account}/search", search));
        }

        if (limits.Endpoint is { } one)
        {
            buckets.Add(new RateBucket($"stripe/{account}/{endpoint}", one));
        }

        if (limits.All is { } all)
        {
            buckets.Add(new RateBucket($"stripe/{account}", all));
        }

        return buckets;
    }

    /// <summary>The endpoint of a path: ids are all the same one.</summary>
    public static string Endpoint(HttpMethod method, string path) => $"{method} {Id().Replace(path, "{id}")}";

    [GeneratedRegex("(?<=/)[a-z]+_[A-Za-z0-9_]*[A-Z0-9][A-Za-z0-9_]*(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
