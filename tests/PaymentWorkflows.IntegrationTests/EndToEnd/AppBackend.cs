using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>An app backend over HTTP, with the headers that lead its traces and ids to us.</summary>
internal sealed class AppBackend(RunningStack stack) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new trace that the backend takes part in.</summary>
    public static (string Trace, string Span, string Header) NewTrace(bool sampled = true)
    {
        var (trace, span) = ($"{Guid.NewGuid():N}", $"{Guid.NewGuid():N}"[..16]);
        return (trace, span, $"00-{trace}-{span}-{(sampled ? "01" : "00")}");
    }

    public Uri Address(int gateway = 1) => new($"http://{HostPort.Parse(stack.Options.Gateway.Address).Next(gateway - 1)}");

    public async Task<Bought> BuyAsync(string token = "pm_card_visa", string? traceParent = null, string? transaction = null, int gateway = 1)
    {
        var body = JsonSerializer.Serialize(new
        {
            merchant = "acme",
            order = Purchase.With().Order.Value,
            customer = new { id = "cus_42", email = "someone@shop.example" },
            currency = "eur",
            lines = new[] { new { sku = "book", description = "A book", quantity = 2, unit_amount = Purchase.Amount / 2 } },
            payment_method = new { type = "card", token },
            return_url = "https://shop.example/back",
            wait_ms = 30_000,
        });
        var key = $"key-{Guid.NewGuid():N}";
        var (made, header) = await PostAsync(new Uri(Address(gateway), "/v1/checkouts"), body, key, traceParent, transaction);
        return new Bought(made, header, key);
    }

    public async Task<JsonElement> RefundAsync(string checkout, long amount, string? traceParent = null) =>
        (await PostAsync(new Uri(Address(), "/v1/refunds"), JsonSerializer.Serialize(new { checkout, amount, wait_ms = 30_000 }), $"key-{Guid.NewGuid():N}", traceParent, null)).Body;

    private async Task<(JsonElement Body, string Transaction)> PostAsync(Uri address, string body, string key, string? traceParent, string? transaction)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Options.Gateway.ApiKey);
        request.Headers.Add("Idempotency-Key", key);
        Add(request, "traceparent", traceParent);
        Add(request, "Transaction-Id", transaction);
        using var response = await http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        ((int)response.StatusCode).ShouldBe(201, text);
        return (JsonDocument.Parse(text).RootElement, response.Headers.GetValues("Transaction-Id").Single());
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address(), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Options.Gateway.ApiKey);
        using var response = await http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement);
    }

    /// <summary>What a page without a key says.</summary>
    public Task<string> TextAsync(Uri address) => http.GetStringAsync(address, Cancel);

    /// <summary>The customer authenticates.</summary>
    public static Task ApproveAsync(Bought bought) => SandboxClient.ApproveAsync(bought.Body.GetProperty("next_action").GetProperty("url").GetString()!, Cancel);

    public void Dispose() => http.Dispose();

    private static void Add(HttpRequestMessage request, string header, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(header, value);
        }
    }
}

/// <summary>What the app backend was answered.</summary>
internal sealed record Bought(JsonElement Body, string TransactionHeader, string IdempotencyKey)
{
    public string Id => Body.GetProperty("id").GetString()!;
    public string Transaction => Body.GetProperty("transaction_id").GetString()!;
    public string Workflow => Body.GetProperty("workflow_id").GetString()!;
    public string Status => Body.GetProperty("status").GetString()!;
}
