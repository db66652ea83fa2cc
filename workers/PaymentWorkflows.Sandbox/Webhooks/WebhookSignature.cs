using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Sandbox.Webhooks;

/// <summary>Signs deliveries: HMAC-SHA256 over time, dot and body, keyed with the whole secret.</summary>
internal static class WebhookSignature
{
    /// <summary>The value of <c>Stripe-Signature</c>.</summary>
    /// <param name="unixSeconds">The receiver compares it with its own clock.</param>
    public static string Header(string secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var time = unixSeconds.ToString(CultureInfo.InvariantCulture);
        var prefix = Encoding.UTF8.GetBytes(time + ".");
        var message = new byte[prefix.Length + body.Length];
        prefix.CopyTo(message, 0);
        body.CopyTo(message.AsSpan(prefix.Length));
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message))}";
    }
}
