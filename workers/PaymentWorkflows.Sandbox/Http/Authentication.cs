using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>The API key, as bearer token or as the user name of basic authentication.</summary>
internal static class Authentication
{
    /// <summary>Null when the key is right, otherwise the 401.</summary>
    public static Answer? Refuse(string? authorization, string apiKey)
    {
        var given = Key(authorization);
        if (string.IsNullOrEmpty(given))
        {
            return Answer.Error(
                401,
                "invalid_request_error",
                "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.");
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(apiKey))
            ? null
            : Answer.Error(401, "invalid_request_error", $"Invalid API Key provided: {Redact(given)}");
    }

    private static string? Key(string? authorization)
    {
        if (authorization is null)
        {
            return null;
        }

        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return authorization["Bearer ".Length..].Trim();
        }

        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = authorization["Basic ".Length..].Trim();
        var buffer = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length).Split(':')[0]
            : null;
    }

    private static string Redact(string key) =>
        key.Length <= 12 ? new string('*', key.Length) : key[..8] + new string('*', key.Length - 12) + key[^4..];
}
