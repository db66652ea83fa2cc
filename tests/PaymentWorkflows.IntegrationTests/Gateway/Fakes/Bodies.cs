using System.Text.Json.Nodes;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>Bodies of create requests.</summary>
internal static class Bodies
{
    /// <summary>A valid body of EUR 39.98, changed as the test says.</summary>
    internal static string Create(Action<JsonObject>? change = null, string order = "ord_1", int waitMs = 0)
    {
        var body = new JsonObject
        {
            ["merchant"] = "acme",
            ["order"] = order,
            ["customer"] = new JsonObject { ["id"] = "cus_42", ["email"] = "a@b.example", ["country"] = "DE", ["postal_code"] = "10115" },
            ["currency"] = "eur",
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = "book", ["description"] = "A book", ["quantity"] = 2, ["unit_amount"] = 1999 }),
            ["tax"] = "none",
            ["payment_method"] = new JsonObject { ["type"] = "card", ["token"] = "pm_card_visa" },
            ["return_url"] = "https://shop.example/back",
            ["metadata"] = new JsonObject { ["cart"] = "7" },
            ["wait_ms"] = waitMs,
        };
        change?.Invoke(body);
        return body.ToJsonString();
    }
}
