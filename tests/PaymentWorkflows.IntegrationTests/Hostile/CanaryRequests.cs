using System.Text;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>Card numbers in every place of a request that somebody could put one into.</summary>
internal static class CanaryRequests
{
    public static IEnumerable<HttpCase> All(Canaries card, StackOptions options, string checkout, string refund, string run) =>
        [.. Bodies(card, checkout, run), .. Headers(card, run), .. Addresses(card, checkout, refund), .. Webhooks(card, options, run)];

    private static IEnumerable<HttpCase> Bodies(Canaries card, string checkout, string run)
    {
        string[] writings = [card.Plain(), card.Spaced(), card.Dashed(), card.Dotted(), card.Wide(), card.Percent(), card.Escaped(), $"card{card.Plain()}x", $"a {card.Spaced()} b"];
        foreach (var text in writings)
        {
            yield return Purchase(run, $"\"metadata\":{{\"note\":\"{text}\"}}");
            yield return Purchase(run, $"\"metadata\":{{\"{text}\":\"note\"}}");
            yield return Purchase(run, $"\"return_url\":\"https://shop.example/?c={text}\"");
            yield return Purchase(run, $"\"{text}\":1");
            yield return Purchase(run, "", lines: $"[{{\"sku\":\"{text}\",\"description\":\"d\",\"quantity\":1,\"unit_amount\":100}}]");
            yield return Purchase(run, "", lines: $"[{{\"sku\":\"s\",\"description\":\"{text}\",\"quantity\":1,\"unit_amount\":100,\"tax_code\":\"{text}\"}}]");
            foreach (var field in (string[])["id", "name", "postal_code", "tax_id", "country", "phone"])
            {
                yield return Purchase(run, "", customer: $"{{\"id\":\"c\",\"{field}\":\"{text}\"}}");
            }

            yield return Purchase(run, "", customer: $"{{\"id\":\"c\",\"email\":\"{text.Replace(" ", "", StringComparison.Ordinal)}@a.example\"}}");
            yield return Purchase(run, "", method: $"{{\"type\":\"{text}\"}}");
            yield return Purchase(run, "", method: $"{{\"type\":\"card\",\"token\":\"pm_{text}\"}}");
            yield return Purchase(run, "", method: $"{{\"type\":\"blik\",\"code\":\"{text}\"}}");
            yield return Purchase(run, "", order: text);
            yield return Purchase(run, "", merchant: text);
            yield return Post("/v1/refunds", $"{{\"checkout\":\"{checkout}\",\"amount\":1,\"metadata\":{{\"a\":\"{text}\"}}}}", run);
            yield return Post("/v1/refunds", $"{{\"checkout\":\"chk_{text}\"}}", run);
            yield return Post($"/v1/checkouts/{checkout}/cancel", $"{{\"reason\":\"{text}\"}}", run);
            yield return Post("/v1/checkouts", $"{{\"broken\":\"{text}", run);
            yield return Post("/v1/checkouts", $"card={text}", run).With("Content-Type", "application/x-www-form-urlencoded");
        }

        yield return Purchase(run, $"\"wait_ms\":{card.Plain()}");
        yield return Post($"/v1/checkouts/{checkout}/capture", $"{{\"amount\":{card.Plain()}}}", run);
        yield return Post("/v1/refunds", $"{{\"checkout\":\"{checkout}\",\"amount\":{card.Plain()}}}", run);
    }

    private static IEnumerable<HttpCase> Headers(Canaries card, string run)
    {
        var right = Purchase(run, "");
        foreach (var header in (string[])["Idempotency-Key", "Transaction-Id", "User-Agent", "Referer", "Cookie", "X-Forwarded-For", "X-Request-Id", "Accept", "Accept-Language", "Origin", "From", "baggage", "tracestate", "traceparent", "Content-Type", "Authorization", "Host", "X-Card"])
        {
            yield return right.With(header, card.Plain());
            yield return right.With(header, $"card{card.Plain()}x");
            yield return right.With(header, card.Spaced());
            yield return right.With(header, card.Dashed());
        }

        yield return right.With("Transaction-Id", $"txn_{card.Plain()}");
        yield return right.With("Transaction-Id", $"txn_card{card.Plain()}x");
        yield return right.With("Transaction-Id", $"txn_{card.Dashed()}");
        yield return right.With("Transaction-Id", $"txn_{card.Dotted()}");
        yield return right.With("Authorization", $"Bearer {card.Plain()}");
        yield return right.With("traceparent", $"00-{Guid.NewGuid():N}-{card.Sixteen()}-01");
        yield return right.With("traceparent", $"00-{card.Sixteen()}{"abcdef0123456789"}-00f067aa0ba902b7-01");
        yield return right.With("traceparent", $"00-{Guid.NewGuid():N}-00f067aa0ba902b7-01").With("tracestate", $"shop={card.Plain()}");
        yield return right.With($"X-{card.Plain()}", "1");
    }

    private static IEnumerable<HttpCase> Addresses(Canaries card, string checkout, string refund)
    {
        string[] writings = [card.Plain(), card.Dashed(), card.Spaced().Replace(' ', '+'), card.Spaced().Replace(" ", "%20", StringComparison.Ordinal), card.Percent(), $"card{card.Plain()}x", card.Percent().Replace("%", "%25", StringComparison.Ordinal)];
        foreach (var text in writings)
        {
            foreach (var path in (string[])["/v1/checkouts", "/v1/refunds", "/v1/payment-methods", $"/v1/checkouts/{checkout}", $"/v1/refunds/{refund}", "/v1/transactions/txn_x", "/health/live", "/docs/errors", "/nowhere"])
            {
                yield return Get($"{path}?order={text}");
                yield return Get($"{path}?{text}=1");
            }

            foreach (var path in (string[])["/v1/checkouts/{0}", "/v1/checkouts/chk_{0}", "/v1/refunds/ref_{0}", "/v1/transactions/{0}", "/v1/transactions/txn_{0}", "/v1/{0}", "/{0}", "/webhooks/stripe/{0}", "/openapi/{0}.json"])
            {
                yield return Get(path.Replace("{0}", text, StringComparison.Ordinal));
            }

            yield return Get("/v1/checkouts?starting_after=chk_" + text);
        }

        yield return Get("/v1/checkouts") with { Method = card.Plain() };
        yield return Get("/v1/checkouts") with { Method = $"CARD{card.Plain()}" };
        yield return Get("/v1/checkouts") with { Version = card.Plain() };
    }

    private static IEnumerable<HttpCase> Webhooks(Canaries card, StackOptions options, string run)
    {
        string[] writings = [card.Plain(), card.Spaced(), card.Dashed(), card.Escaped(), $"card{card.Plain()}x"];
        foreach (var (text, number) in writings.Select((text, number) => (text, number)))
        {
            string Id(string place) => $"evt_canary{run}{number}{place}";
            yield return SignedWebhook.Unsigned(options, Encoding.UTF8.GetBytes(SignedWebhook.Event(text))).With("Stripe-Signature", $"t=1,v1={text}");
            yield return SignedWebhook.Of(options, SignedWebhook.Event(Id("a"), metadata: $"\"note\":\"{text}\",\"{text}\":\"note\",\"n\":[{{\"x\":\"{text}\"}},{card.Plain()}]"));
            yield return SignedWebhook.Of(options, SignedWebhook.Event(Id("b"), metadata: $"\"workflow_id\":\"checkout/acme/{text}\",\"transaction_id\":\"txn_{text}\",\"checkout_id\":\"chk_{text}\""));
            yield return SignedWebhook.Of(options, SignedWebhook.Event(Id("c"), payment: $"pi_{text}"));
            yield return SignedWebhook.Of(options, SignedWebhook.Event(Id("d"), type: $"payment_intent.{text}"));
            yield return SignedWebhook.Of(options, SignedWebhook.Event($"evt_{text}"));
            yield return SignedWebhook.Of(options, $"{{\"id\":\"{Id("e")}\",\"type\":\"t\",\"broken\":\"{text}");
            var odd = SignedWebhook.Of(options, SignedWebhook.Event(Id("f")));
            yield return odd.With("Stripe-Signature", $"{odd.Headers.Single(header => header.Name == "Stripe-Signature").Value},x={text}");
        }
    }

    private static HttpCase Purchase(
        string run, string more, string lines = """[{"sku":"s","description":"d","quantity":1,"unit_amount":100}]""", string customer = """{"id":"c"}""", string method = """{"type":"card","token":"pm_card_chargeDeclined"}""", string? order = null, string merchant = "canary") =>
        Post("/v1/checkouts", $"{{\"merchant\":\"{merchant}\",\"order\":\"{order ?? $"canary-{Guid.NewGuid():N}"[..14]}\",\"customer\":{customer},\"currency\":\"eur\",\"lines\":{lines},\"payment_method\":{method},\"wait_ms\":0{(more.Length == 0 ? "" : $",{more}")}}}", run);

    private static HttpCase Get(string target) => new("GET", target, [("Host", "x"), ("Authorization", "Bearer KEY")], []);

    private static HttpCase Post(string target, string json, string run) =>
        new("POST", target, [("Host", "x"), ("Authorization", "Bearer KEY"), ("Content-Type", "application/json"), ("Idempotency-Key", $"canary-{run}-{Guid.NewGuid():N}"[..30])], Encoding.UTF8.GetBytes(json));
}
