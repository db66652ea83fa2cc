using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Shop;

/// <summary>The way over HTTP: what a backend in any language does.</summary>
public sealed class OverHttp : IDisposable
{
    private readonly HttpClient http;
    private readonly ShopOptions options;

    public OverHttp(ShopOptions options)
    {
        this.options = options;
        http = new HttpClient { BaseAddress = options.Gateway, Timeout = TimeSpan.FromSeconds(40) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    public void Dispose() => http.Dispose();

    /// <summary>The methods that a buyer of this offer can use, best first.</summary>
    public async Task<IReadOnlyList<Method>> MethodsAsync(Offer offer, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync($"/v1/payment-methods?country={offer.Country}&currency={offer.Currency}&amount={offer.UnitAmount}", cancellationToken);
        var list = await ReadAsync(answer, cancellationToken);
        return [.. list["data"]!.AsArray().Select(one => new Method((string)one!["type"]!, (string)one["name"]!, (string)one["flow"]!, [.. one["required_fields"]!.AsArray().Select(field => (string)field!)]))];
    }

    /// <summary>Pays an order. The order's id is the idempotency key: a repeat finds the first answer.</summary>
    public async Task<JsonNode> CheckoutAsync(Order order, string returnUrl, CancellationToken cancellationToken)
    {
        var buyer = order.Offer.Buyer;
        var customer = new JsonObject { ["id"] = buyer.Id, ["email"] = buyer.Email, ["name"] = buyer.Name, ["country"] = order.Offer.Country, ["postal_code"] = buyer.PostalCode };
        if (buyer.TaxId is not null)
        {
            customer["tax_id"] = buyer.TaxId;
        }

        var method = new JsonObject { ["type"] = order.Method };
        if (order.Token is not null)
        {
            method["token"] = order.Token;
        }

        if (order.Code is not null)
        {
            method["code"] = order.Code;
        }

        var body = new JsonObject
        {
            ["merchant"] = options.Merchant,
            ["order"] = order.Id,
            ["customer"] = customer,
            ["currency"] = order.Offer.Currency,
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = Catalogue.Sku, ["description"] = Catalogue.Title, ["quantity"] = 1, ["unit_amount"] = order.Offer.UnitAmount }),
            ["payment_method"] = method,
            ["return_url"] = returnUrl,
        };
        return await PostAsync("/v1/checkouts", $"shop-{order.Id}", body, cancellationToken);
    }

    /// <summary>How a checkout stands now.</summary>
    public async Task<JsonNode> ReadAsync(string checkout, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync($"/v1/checkouts/{checkout}", cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Gives all of an order's money back.</summary>
    public Task<JsonNode> RefundAsync(Order order, CancellationToken cancellationToken) => PostAsync(
        "/v1/refunds", $"shop-refund-{order.Id}", new JsonObject { ["checkout"] = order.CheckoutId, ["reason"] = "requested_by_customer" }, cancellationToken);

    private async Task<JsonNode> PostAsync(string path, string key, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        JsonNode? json = null;
        try
        {
            json = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Not the platform's words: the status says it.
        }

        return answer.IsSuccessStatusCode && json is not null
            ? json
            : throw new ShopException((string?)json?["error"]?["message"] ?? $"The platform answered {(int)answer.StatusCode}.");
    }
}

/// <summary>A payment method as the customer chooses it.</summary>
public sealed record Method(string Type, string Name, string Flow, IReadOnlyList<string> RequiredFields);

/// <summary>What went wrong, for the person at the screen.</summary>
public sealed class ShopException(string message) : Exception(message);
