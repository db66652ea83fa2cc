using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>Lets nothing under <c>/v1</c> through without the API key. Webhooks prove themselves by their signature instead.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="apiKey">The one development key.</param>
public sealed class AuthenticationMiddleware(RequestDelegate next, string apiKey)
{
    private const string Scheme = "Bearer ";

    // Hashes of equal length are compared, so that the time tells neither length nor prefix of the key.
    private readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(apiKey));

    public Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) && !HttpMethods.IsOptions(http.Request.Method))
        {
            var sent = http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()))
                : [];
            if (!CryptographicOperations.FixedTimeEquals(sent, expected))
            {
                throw ApiErrors.NotAuthenticated();
            }

            CallContext.Of(http).Scope = Convert.ToHexStringLower(expected);
        }

        return next(http);
    }
}
