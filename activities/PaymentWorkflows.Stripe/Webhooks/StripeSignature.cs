using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Stripe.Webhooks;

/// <summary>
/// Stripe's webhook signature: <c>t=unix,v1=hex[,v1=hex]</c>, HMAC-SHA256 over <c>t.body</c> with the whole secret as key. Source:
/// docs.stripe.com/webhooks#verify-manually.
/// </summary>
public static class StripeSignature
{
    private const int LongestHeader = 8_192;
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    /// <summary>Null when genuine and fresh; otherwise why not, for logs only.</summary>
    public static string? Problem(ReadOnlySpan<byte> body, string? header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (header is null or "" || header.Length > LongestHeader)
        {
            return header is null or "" ? "no signature header" : "the signature header is too long";
        }

        string? timestamp = null;
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(','))
        {
            var mark = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = mark < 0 ? ("", "") : (part[..mark].Trim(), part[(mark + 1)..].Trim());
            if (name == "t")
            {
                timestamp ??= value;
            }
            else if (name == "v1" && value.Length == 64 && value.All(char.IsAsciiHexDigitLower))
            {
                signatures.Add(Convert.FromHexString(value));
            }
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "no timestamp";
        }

        // The signature first: an unsigned request learns nothing about our clock. Every secret and every v1 is compared, always.
        if (!Matches(body, timestamp!, secrets, signatures))
        {
            return "no signature matches";
        }

        var skew = now.ToUnixTimeSeconds() - (decimal)seconds;
        return Math.Abs(skew) > (decimal)Tolerance.TotalSeconds ? "the timestamp is outside the tolerance" : null;
    }

    private static bool Matches(ReadOnlySpan<byte> body, string timestamp, IReadOnlyList<string> secrets, List<byte[]> signatures)
    {
        var matches = false;
        Span<byte> expected = stackalloc byte[32];
        foreach (var secret in secrets)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
            hmac.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
            hmac.AppendData(body);
            hmac.GetHashAndReset(expected);
            foreach (var signature in signatures)
            {
                matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return matches;
    }
}
