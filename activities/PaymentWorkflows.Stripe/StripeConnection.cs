using PaymentWorkflows.Stripe.Limits;

namespace PaymentWorkflows.Stripe;

/// <summary>One Stripe account, and how it is spoken to.</summary>
public sealed record StripeConnection
{
    public required string ApiKey { get; init; }

    /// <summary>Base address of the API; the sandbox's in the local stack.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>How long a call may take before its outcome counts as unknown.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long Stripe's search index may lag behind.</summary>
    public required TimeSpan SearchLag { get; init; }

    /// <summary>The API version that this deployment expects the SDK to speak.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Name of the account, as our configuration calls it.</summary>
    public string Account { get; init; } = "main";

    /// <summary>What the account bears; null is no limit.</summary>
    public StripeRateLimits? RateLimits { get; init; }

    /// <summary>Webhook signing secrets; two while a secret is being rolled.</summary>
    public required IReadOnlyList<string> WebhookSecrets { get; init; }
}
