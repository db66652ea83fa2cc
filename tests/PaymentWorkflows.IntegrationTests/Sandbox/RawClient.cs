using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Form-encoded requests without any client's help.</summary>
public sealed class RawClient : IDisposable
{
    private readonly HttpClient http;

    public RawClient(Uri address, string apiKey, TimeSpan? timeout = null)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address, Timeout = timeout ?? TimeSpan.FromSeconds(20) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public HttpClient Http => http;

    public Task<RawAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    /// <summary>Posts a form given as it is written on the wire, for example <c>amount=100&amp;currency=eur</c>.</summary>
    public Task<RawAnswer> PostAsync(string path, string form = "", string? key = null) => SendAsync(HttpMethod.Post, path, form, key);

    public Task<RawAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    public void Dispose() => http.Dispose();

    private async Task<RawAnswer> SendAsync(HttpMethod method, string path, string? form, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (form is not null)
        {
            request.Content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var headers = response.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return new RawAnswer((int)response.StatusCode, (JsonObject)JsonNode.Parse(text)!, headers);
    }
}

/// <summary>Status, body and headers of an answer.</summary>
public sealed record RawAnswer(int Status, JsonObject Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Error => (JsonObject)Body["error"]!;

    public string Id => (string)Body["id"]!;

    public string? Text(string name) => (string?)Body[name];
}
