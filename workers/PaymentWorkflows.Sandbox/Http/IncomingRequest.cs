using System.Security.Cryptography;
using System.Text;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>One request to the provider's port, read whole.</summary>
internal sealed record IncomingRequest(
    string RequestId, string Method, string Path, FormNode Form, string? IdempotencyKey, string? Account, string? Version, string? Authorization, bool IsForm)
{
    private const long MaximumBody = 1_000_000;

    /// <summary>The key as it is stored: keys belong to an account, and only POST has them.</summary>
    public string? ScopedKey => Method == "POST" && IdempotencyKey is not null ? $"{Account ?? "own"}|{IdempotencyKey}" : null;

    /// <summary>Tells requests with other parameters apart.</summary>
    public string ParameterHash { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Form.Canonical())));

    public static async Task<IncomingRequest> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        var text = request.QueryString.Value ?? string.Empty;
        var isForm = true;
        if (HttpMethods.IsPost(request.Method))
        {
            if (request.ContentLength > MaximumBody)
            {
                throw new BadHttpRequestException("The body is larger than 1 MB.", StatusCodes.Status413PayloadTooLarge);
            }

            using var reader = new StreamReader(request.Body, Encoding.UTF8);
            text = await reader.ReadToEndAsync(http.RequestAborted);
            isForm = text.Length == 0 || request.HasFormContentType;
        }

        return new IncomingRequest(
            Identifiers.Request(),
            request.Method,
            request.Path.Value ?? "/",
            isForm ? FormReader.Read(text) : new FormNode(),
            Header(request, "Idempotency-Key"),
            Header(request, "Stripe-Account"),
            Header(request, "Stripe-Version"),
            Header(request, "Authorization"),
            isForm);
    }

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value ? value : null;
}
