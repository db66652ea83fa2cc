using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Cli.Demo;

/// <summary>What a scene buys.</summary>
internal sealed record DemoPurchase
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A word for the order's number.</summary>
    public required string Scene { get; init; }

    /// <summary>What the audience is going to see; empty where the scene has its own title.</summary>
    public string Title { get; init; } = "";

    /// <summary>The payment method's name.</summary>
    public string Method { get; init; } = "card";

    public string? Token { get; init; }

    public string? Code { get; init; }

    public string Merchant { get; init; } = "acme";

    public string Currency { get; init; } = "eur";

    /// <summary>The price of one book, in minor units.</summary>
    public long UnitAmount { get; init; } = 1_999;

    public int Quantity { get; init; } = 2;

    public string Sku { get; init; } = "book";

    public string Tax { get; init; } = "none";

    public string Capture { get; init; } = "automatic";

    /// <summary>Who buys, as the API takes it; null takes a customer in Germany.</summary>
    public JsonObject? Customer { get; init; }

    /// <summary>Purchases by payment methods other than cards: data, because nothing in the product knows a method by its name.</summary>
    public static IReadOnlyList<DemoPurchase> Local { get; } = Read("local-purchases.json");

    /// <summary>The body of the request.</summary>
    /// <param name="order">The order's number.</param>
    public string Body(string order)
    {
        var method = new JsonObject { ["type"] = Method };
        foreach (var (name, value) in new[] { ("token", Token), ("code", Code) })
        {
            if (value is not null)
            {
                method[name] = value;
            }
        }

        return new JsonObject
        {
            ["merchant"] = Merchant,
            ["order"] = order,
            ["customer"] = Customer?.DeepClone() ?? new JsonObject { ["id"] = "cus_42", ["email"] = "reader@shop.example", ["country"] = "DE", ["postal_code"] = "10115" },
            ["currency"] = Currency,
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = Sku, ["description"] = "A book", ["quantity"] = Quantity, ["unit_amount"] = UnitAmount }),
            ["tax"] = Tax,
            ["capture"] = Capture,
            ["payment_method"] = method,
            ["return_url"] = "https://shop.example/back",
            ["wait_ms"] = 30_000,
        }.ToJsonString();
    }

    private static DemoPurchase[] Read(string name)
    {
        using var file = typeof(DemoPurchase).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in this program.");
        return JsonSerializer.Deserialize<DemoPurchase[]>(file, SnakeCase)!;
    }
}
