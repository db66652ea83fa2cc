using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Clients;

/// <summary>The Gateway's API, as an app backend calls it.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly HttpClient _http;

    public GatewayClient(GatewayOptions options)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{options.Address}"), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    /// <summary><c>POST /v1/checkouts</c>.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> CreateCheckoutAsync(string body, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "/v1/checkouts", body, idempotencyKey, cancellationToken);

    /// <summary><c>POST /v1/checkouts/{id}/cancel</c>.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> CancelCheckoutAsync(string id, string reason, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, $"/v1/checkouts/{Uri.EscapeDataString(id)}/cancel", JsonSerializer.Serialize(new { reason }), $"cancel-{id}", cancellationToken);

    /// <summary><c>POST /v1/checkouts/{id}/capture</c>, of all.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> CaptureCheckoutAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/v1/checkouts/{Uri.EscapeDataString(id)}/capture", "{}", $"capture-{id}", cancellationToken);

    /// <summary><c>GET /v1/checkouts/{id}</c>.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> GetCheckoutAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/v1/checkouts/{Uri.EscapeDataString(id)}", null, null, cancellationToken);

    /// <summary><c>POST /v1/refunds</c>.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> CreateRefundAsync(string body, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "/v1/refunds", body, idempotencyKey, cancellationToken);

    /// <summary><c>GET /v1/refunds/{id}</c>.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> GetRefundAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/v1/refunds/{Uri.EscapeDataString(id)}", null, null, cancellationToken);

    /// <summary><c>GET /v1/refunds</c>.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public Task<JsonElement> ListRefundsAsync(string query, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/v1/refunds?{query}", null, null, cancellationToken);

    /// <summary>A GET whose object may not exist, or whose route a Gateway may not have: null then.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public async Task<JsonElement?> FindAsync(string path, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, path, null, null, cancellationToken, mayBeMissing: true).ConfigureAwait(false) is { ValueKind: not JsonValueKind.Undefined } found ? found : null;

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(
        HttpMethod method, string path, string? body, string? idempotencyKey, CancellationToken cancellationToken, bool mayBeMissing = false)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        string text;
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new StackException($"The Gateway at {_http.BaseAddress} does not answer ({e.Message}); is the stack running (pay status)?", e);
        }

        using (response)
        using (var document = Parse(text))
        {
            if (mayBeMissing && response.StatusCode == HttpStatusCode.NotFound)
            {
                return default;
            }

            return response.IsSuccessStatusCode && document is not null
                ? document.RootElement.Clone()
                : throw new StackException($"The Gateway refused {method} {path} with {(int)response.StatusCode}: {Reason(document, text)}") { Refusal = Code(document) };
        }
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Code(JsonDocument? document) =>
        document?.RootElement.TryGetProperty("error", out var error) == true ? error.GetProperty("code").GetString() : null;

    private static string Reason(JsonDocument? document, string text)
    {
        if (document is null || !document.RootElement.TryGetProperty("error", out var error))
        {
            return text;
        }

        var param = error.TryGetProperty("param", out var named) && named.ValueKind == JsonValueKind.String ? $" (field {named.GetString()})" : "";
        return $"{error.GetProperty("code").GetString()}{param}: {error.GetProperty("message").GetString()}";
    }
}
