using Stripe;

namespace PaymentWorkflows.Stripe;

/// <summary>The API version is pinned by the SDK; a build that speaks another one than the deployment expects must not start.</summary>
public static class StripeApiVersion
{
    /// <summary>The version this build speaks.</summary>
    public static string Pinned => StripeConfiguration.ApiVersion;

    /// <exception cref="StripeApiVersionException">The SDK pins another version.</exception>
    public static void Check(string expected)
    {
        if (expected != Pinned)
        {
            throw new StripeApiVersionException(expected, Pinned);
        }
    }
}

/// <summary>The configured API version is not the one that this build speaks.</summary>
public sealed class StripeApiVersionException(string expected, string pinned)
    : InvalidOperationException($"stripe.api_version is '{expected}', but this build speaks '{pinned}': set it to that, after reading Stripe's changelog between the two.");
