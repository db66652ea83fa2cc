using System.Text;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Sandbox.Webhooks;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>Webhooks as the provider signs them, and as others would like to.</summary>
internal static class SignedWebhook
{
    /// <summary>A request with exactly these bytes, signed for the stack's own secret now.</summary>
    public static HttpCase Of(StackOptions options, byte[] body) => Unsigned(options, body).With("Stripe-Signature", Signature(body, options.Stripe.WebhookSecret, DateTimeOffset.UtcNow));

    public static HttpCase Of(StackOptions options, string body) => Of(options, Encoding.UTF8.GetBytes(body));

    public static HttpCase Unsigned(StackOptions options, byte[] body) =>
        new("POST", $"/webhooks/stripe/{options.Stripe.Account}", [("Host", "x"), ("Content-Type", "application/json; charset=utf-8")], body);

    /// <summary>The header over these bytes. Source: docs.stripe.com/webhooks#verify-manually.</summary>
    public static string Signature(byte[] body, string secret, DateTimeOffset at, string scheme = "v1") =>
        WebhookSignature.Header(secret, at.ToUnixTimeSeconds(), body).Replace(",v1=", $",{scheme}=", StringComparison.Ordinal);

    /// <summary>An event about a payment; what is left out is nobody's.</summary>
    public static string Event(string id, string type = "payment_intent.succeeded", string payment = "pi_nobody", string metadata = "") =>
        $"{{\"id\":\"{id}\",\"object\":\"event\",\"type\":\"{type}\",\"created\":1700000000,\"data\":{{\"object\":{{\"id\":\"{payment}\",\"object\":\"payment_intent\",\"amount\":3998,\"status\":\"succeeded\",\"description\":\"two books\",\"metadata\":{{{metadata}}}}}}},\"livemode\":false}}";
}
