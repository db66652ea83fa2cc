using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Contracts.Notices;

/// <summary>
/// The signature of notices to an app backend, in the scheme of Standard Webhooks (standardwebhooks.com): the header
/// <c>webhook-signature</c> holds <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>, once per secret, separated by
/// spaces. A secret is <c>whsec_</c> and 24 to 64 bytes in base64.
/// </summary>
public static class NoticeSignature
{
    /// <summary>The header with the event's id, the same in every delivery of the same notice.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the moment of this delivery, in Unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signatures.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;
    private const int LongestHeader = 4_096;

    /// <summary>How far a delivery's timestamp may be from the receiver's clock.</summary>
    public static TimeSpan DefaultTolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a text has the form of a secret.</summary>
    public static bool IsSecret(string? secret) => TryReadKey(secret, out _);

    /// <summary>The value of <see cref="SignatureHeader"/>: one signature per secret, so that a secret can be replaced without a gap.</summary>
    /// <exception cref="FormatException">A secret is none.</exception>
    public static string Sign(ReadOnlySpan<byte> body, string id, DateTimeOffset at, IReadOnlyList<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var signatures = new List<string>(secrets.Count);
        foreach (var secret in secrets)
        {
            signatures.Add(Version + Convert.ToBase64String(Compute(body, id, Timestamp(at), Key(secret))));
        }

        return string.Join(' ', signatures);
    }

    /// <summary>The value of <see cref="TimestampHeader"/>.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a request is a genuine and fresh notice. Everything is compared in constant time, with every secret.</summary>
    /// <param name="body">The raw bytes as they came, before anything parsed them.</param>
    /// <param name="header">Gives the value of a header by its name, or null.</param>
    /// <param name="secrets">The secrets that count; two while one is being replaced.</param>
    /// <param name="now">The receiver's time (UTC).</param>
    /// <param name="tolerance">How far the timestamp may be off; null is <see cref="DefaultTolerance"/>.</param>
    /// <exception cref="FormatException">A secret is none: a mistake in the receiver's configuration.</exception>
    public static bool Verify(ReadOnlySpan<byte> body, Func<string, string?> header, IReadOnlyList<string> secrets, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(secrets);
        var (id, timestamp, signatures) = (header(IdHeader), header(TimestampHeader), header(SignatureHeader));
        if (string.IsNullOrEmpty(id) || id.Length > LongestHeader || string.IsNullOrEmpty(signatures) || signatures.Length > LongestHeader
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return false;
        }

        var given = Signatures(signatures);
        var matches = false;
        foreach (var secret in secrets)
        {
            var expected = Compute(body, id, timestamp!, Key(secret));
            foreach (var signature in given)
            {
                matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        // A decimal holds the difference of any two moments that a header can name.
        var skew = Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds);
        return matches && skew <= (tolerance ?? DefaultTolerance).Ticks / TimeSpan.TicksPerSecond;
    }

    private static byte[] Compute(ReadOnlySpan<byte> body, string id, string timestamp, byte[] key)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    /// <summary>The signatures of the version that this code knows; others are passed over.</summary>
    private static List<byte[]> Signatures(string header)
    {
        var found = new List<byte[]>();
        foreach (var part in header.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = new byte[HMACSHA256.HashSizeInBytes];
            if (part.StartsWith(Version, StringComparison.Ordinal)
                && Convert.TryFromBase64String(part[Version.Length..], bytes, out var length) && length == bytes.Length)
            {
                found.Add(bytes);
            }
        }

        return found;
    }

    private static byte[] Key(string secret) => TryReadKey(secret, out var key)
        ? key
        : throw new FormatException($"A secret of notices is {SecretPrefix} and {ShortestKey} to {LongestKey} bytes in base64.");

    private static bool TryReadKey(string? secret, out byte[] key)
    {
        key = [];
        if (secret?.StartsWith(SecretPrefix, StringComparison.Ordinal) != true)
        {
            return false;
        }

        var bytes = new byte[LongestKey];
        if (secret.Length > LongestHeader || !Convert.TryFromBase64String(secret[SecretPrefix.Length..], bytes, out var length) || length < ShortestKey)
        {
            return false;
        }

        key = bytes[..length];
        return true;
    }
}
