using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace PaymentWorkflows.TestKit.Sandbox;

/// <summary>Calls of the sandbox's control port. Anonymous objects are sent with the names they have.</summary>
public sealed class SandboxControl
{
    private readonly HttpClient http;
    private readonly Func<Uri> address;

    public SandboxControl(HttpClient http, Func<Uri> address)
    {
        this.http = http;
        this.address = address;
    }

    /// <summary>What really happened.</summary>
    public Task<JsonObject> TruthAsync(CancellationToken cancellationToken = default) => SendAsync(HttpMethod.Get, "/truth", null, cancellationToken);

    /// <summary>Sets a fault, for example <c>new { kind = "slow", match = new { method = "POST" } }</c>.</summary>
    public Task<JsonObject> AddFaultAsync(object fault, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "/faults", fault, cancellationToken);

    /// <summary>Removes all faults.</summary>
    public Task ClearFaultsAsync(CancellationToken cancellationToken = default) => SendAsync(HttpMethod.Delete, "/faults", null, cancellationToken);

    /// <summary>Moves the sandbox's clock forward.</summary>
    public Task<JsonObject> AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "/clock", new { advance = XmlConvert.ToString(by) }, cancellationToken);

    /// <summary>Sets what is done to deliveries, for example <c>new { drop = 0.1 }</c>.</summary>
    public Task<JsonObject> WebhooksAsync(object chaos, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "/webhooks", chaos, cancellationToken);

    /// <summary>Forgets everything.</summary>
    public Task ResetAsync(CancellationToken cancellationToken = default) => SendAsync(HttpMethod.Post, "/reset", null, cancellationToken);

    /// <summary>Sends any control request.</summary>
    /// <exception cref="HttpRequestException">The answer was not 200; the message carries it.</exception>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(address(), path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Default);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? (JsonObject)JsonNode.Parse(text)!
            : throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {text}", null, response.StatusCode);
    }
}
