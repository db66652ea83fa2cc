using System.Text;
using CsCheck;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>Requests of every route, right ones and what can be done to them.</summary>
/// <param name="apiKey">The key that opens the API.</param>
/// <param name="webhooks">The path that the provider calls.</param>
/// <param name="paid">A completed checkout.</param>
/// <param name="open">A checkout that waits for its capture.</param>
/// <param name="refund">A refund of the first one.</param>
/// <param name="transaction">A transaction.</param>
internal sealed class HttpCases(string apiKey, string webhooks, string paid, string open, string refund, string transaction)
{
    private const int Kinds = 9;

    /// <summary>Ids that are none, some of which want to be another path. {0} is a real one.</summary>
    private static readonly string[] Ids =
    [
        "chk_nobody", "chk_", "ref_nobody", "txn_nobody", "x", "%20", "%00", "chk_%00", "{0}%00", "{0}%0d%0aX-Injected:1", "{0}%2Fcancel", "{0}/..", "{0}/%2e%2e", "..%2F..%2Fhealth%2Flive", "..", ".", "%2e%2e/%2e%2e", "{0};a=b", "{0}%3Fa=b",
        "%", "%z", "%zz", "%F0%9F%92%B3", "%C0%AF", "%ED%A0%80", "%FF%FE", "\u00e9", "\u00c3\u0028", "{0}%", "{0}\\..", "{0}//", "//{0}", "{0}/", "{0}/capture/", "{0}'", "{0}\"", "{0}%20OR%201=1", "*", "[{0}]", "{{0}}", "CHK_{0}", "a%2525",
    ];

    private static readonly string[] QueryValues =
    [
        "", "x", "0", "-1", "1", "101", "99999999999999999999", "1.5", "1e3", "%20", "%00", "%0d%0aX:1", "%F0%9F%92%B3", "%ED%A0%80", "%FF", "%", "%zz", "%2525", "+", "a+b", "'", "\"", "true", "TRUE", "null", "chk_nobody", "ref_nobody", "acme", "eur", "EUR", "DE", "de",
        "completed", "succeeded", "\u00e9", "\u00c3\u0028", "%27%3B%20DROP%20TABLE%20pay.checkouts", "..%2F..", "[]", "{}", "1%2C2",
    ];

    private static readonly string[] QueryNames = ["order", "status", "held", "merchant", "checkout", "limit", "starting_after", "ending_before", "country", "currency", "amount", "locale", "unheard_of", "", "limit[]", "%00", "%E2%82%AC", "Order", "a%26b"];

    /// <summary>Headers that are wrong, odd, or make the request another one.</summary>
    private static readonly (string Name, string? Value)[] OddHeaders =
    [
        ("Content-Type", null), ("Content-Type", ""), ("Content-Type", "text/plain"), ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "application/json; charset=\"UTF-8\""), ("Content-Type", "application/json; charset=klingon"),
        ("Content-Type", "application/xml"), ("Content-Type", "multipart/form-data; boundary=x"), ("Content-Type", "application/json,application/json"), ("Content-Type", "\u00ff"), ("Content-Type", "application/problem+json"), ("Content-Type", ";"),
        ("Content-Encoding", "gzip"), ("Content-Encoding", "identity"), ("Content-Encoding", "x, y"),
        ("Idempotency-Key", null), ("Idempotency-Key", ""), ("Idempotency-Key", " "), ("Idempotency-Key", new('k', 255)), ("Idempotency-Key", new('k', 256)), ("Idempotency-Key", new('k', 7_000)), ("Idempotency-Key", "\u00e9"), ("Idempotency-Key", "\u00c3\u00a9"),
        ("Idempotency-Key", "a\tb"), ("Idempotency-Key", "'; DROP TABLE pay.idempotency_keys; --"), ("Idempotency-Key", "../../x"), ("Idempotency-Key", "a\r\nX-Injected: 1"), ("Idempotency-Key", "\"quoted\""), ("Idempotency-Key", "one, two"), ("Idempotency-Key", "a\u0000b"), ("Idempotency-Key", "a\r\n folded"),
        ("Transaction-Id", "txn_mine.1"), ("Transaction-Id", ""), ("Transaction-Id", "mine"), ("Transaction-Id", "txn_" + new string('a', 61)), ("Transaction-Id", "txn_\u00e9"), ("Transaction-Id", "txn_a/b"), ("Transaction-Id", "txn_ "), ("Transaction-Id", "txn_a\r\nTransaction-Id: txn_b"),
        ("traceparent", "00-0-0-0"), ("traceparent", $"00-{new string('0', 32)}-{new string('0', 16)}-01"), ("traceparent", $"ff-{new string('a', 32)}-{new string('b', 16)}-ff"), ("traceparent", new('9', 3_000)), ("tracestate", new('t', 3_000)), ("traceparent", "\u00ff"), ("baggage", "a=b,,,=,"),
        ("Authorization", null), ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", "Bearer sk_wrong"), ("Authorization", "Basic eDp5"), ("Authorization", "Bearer \u00ff"), ("Authorization", new('a', 5_000)),
        ("Content-Length", "-1"), ("Content-Length", "abc"), ("Content-Length", "0"), ("Content-Length", "1"), ("Content-Length", "99999999999999999999"), ("Content-Length", "5\r\nContent-Length: 6"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "gzip"), ("Transfer-Encoding", "chunked, chunked"),
        ("Expect", "100-continue"), ("Expect", "a-pony"), ("Accept", "text/html"), ("Accept", "\u0001"), ("Accept-Encoding", "gzip, br, *;q=0"), ("Accept-Language", new('x', 500)), ("Range", "bytes=0-1"), ("If-None-Match", "*"), ("Upgrade", "h2c"), ("HTTP2-Settings", "x"),
        ("Host", "x\r\nHost: y"), ("Host", null), ("Host", ""), ("Host", "evil.example:99999"), ("Host", "[::1"), ("X-Forwarded-For", "' OR 1=1"), ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"), ("Cookie", new('c', 2_000)), ("X-Big", new('h', 9_000)), ("X-Null", "\u0000"), ("Bad Name", "x"), ("", "x"),
        ("Stripe-Signature", null), ("Stripe-Signature", ""), ("Stripe-Signature", "t=1,v1=00"), ("Stripe-Signature", "t=99999999999999999999,v1="), ("Stripe-Signature", new('v', 7_000)), ("Stripe-Signature", $"t=1,{string.Join(',', Enumerable.Repeat("v1=" + new string('a', 64), 90))}"), ("Stripe-Signature", "t=1\r\nStripe-Signature: t=2"),
    ];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY", "post", "G\u00c9T", "GET\t", "4", "X-VERY-LONG-METHOD-NAME-THAT-NOBODY-EVER-HEARD-OF"];

    private static readonly string[] Versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/9.9", "http/1.1", "", "HTTP/1.1 x"];

    private static readonly string[] Targets =
    [
        "*", "/", "//", "/v1", "/v1/", "/V1/CHECKOUTS", "/v1//checkouts", "/v1/./checkouts", "/v1/../v1/checkouts", "/v1/%63heckouts", "/v1/checkouts%2F", "/v1/checkouts?%", "/v1/checkouts#a", "http://x/v1/checkouts", "http://[/", "/\u0000", "/%00", "/health/../v1/checkouts",
        "/openapi/v2.json", "/openapi/..%2fv1.json", "/openapi/v1.json?x=%ED%A0%80", "/docs/errors", "/metrics", "/health/live", "/health/ready", "/webhooks/stripe", "/webhooks/stripe/", "/webhooks/stripe/%00", "/webhooks/stripe/other", "/webhooks/adyen/main", "/" + new string('a', 8_300), "/v1/checkouts?" + new string('q', 7_000),
        "/v1/checkouts?" + string.Join('&', Enumerable.Range(0, 1_100).Select(n => $"a{n}")), "/.env", "/swagger", "/v1/checkouts\u0020\u0020x", "",
    ];

    /// <summary>Right requests, each of which may be changed.</summary>
    private HttpCase[] Right =>
    [
        Post("/v1/checkouts", Checkout("card", "pm_card_visa", "eur", "DE", "automatic")),
        Post("/v1/checkouts", Checkout("card", "pm_card_chargeDeclined", "usd", "US", "manual")),
        Post("/v1/checkouts", """{"merchant":"hostile","order":"ORDER","customer":{"id":"cus_1","email":"a@b.example","name":"Jos\u00e9","country":"BR","tax_id":"12345678909"},"currency":"brl","lines":[{"sku":"a","description":"b","quantity":1,"unit_amount":500}],"payment_method":{"type":"pix"},"wait_ms":0}"""),
        Post($"/v1/checkouts/{open}/capture", """{"amount":100}"""),
        Post($"/v1/checkouts/{paid}/capture", "{}"),
        Post($"/v1/checkouts/{paid}/cancel", """{"reason":""}"""),
        Post("/v1/refunds", $$"""{"checkout":"{{paid}}","amount":1,"reason":"other","metadata":{"a":"b"},"wait_ms":0}"""),
        Post("/v1/refunds", $$"""{"checkout":"{{open}}","reason":"duplicate"}"""),
        Post(webhooks, """{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent","metadata":{}}}}""").With("Stripe-Signature", "t=1700000000,v1=" + new string('a', 64)),
        Get("/v1/checkouts?order=a&status=completed&held=false&limit=2"), Get($"/v1/checkouts/{paid}"), Get($"/v1/refunds?checkout={paid}&limit=1"), Get($"/v1/refunds/{refund}"), Get("/v1/payment-methods?country=DE&currency=eur&amount=100&locale=de"),
        Get($"/v1/transactions/{transaction}"), Get("/openapi/v1.json"), Get("/docs/errors"), Get("/health/live"), Get("/health/ready"),
    ];

    /// <summary>A changed request.</summary>
    public Gen<HttpCase> Changed() => Gen.Select(Gen.Int[0, Right.Length - 1], Gen.Int[0, Kinds], Gen.Int[0, 1_000_000_000]).SelectMany((which, kind, number) =>
    {
        var right = Right[which];
        right = right with { Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(right.Body).Replace("ORDER", $"hostile-{number}", StringComparison.Ordinal)) };
        right = right.Headers.Any(header => header.Name == "Idempotency-Key") ? right.With("Idempotency-Key", $"hostile-{number}") : right;
        var json = Encoding.UTF8.GetString(right.Body);
        return kind switch
        {
            <= 4 when json.Length > 0 => JsonMutations.Of(json).Select(made => right with { Body = made.Body, Done = made.Done }),
            5 => Gen.OneOf(OddHeaders).Array[1, 2].Select(odd => odd.Aggregate(right, (before, header) => before.With(header.Name, header.Value) with { Done = $"{before.Done} {header.Name}" })),
            6 => Gen.OneOf(Ids).Select(id => WithId(right, id)),
            7 => Gen.Select(Gen.OneOf(Methods), Gen.OneOf(Versions), Gen.Int[0, 3], (method, version, both) => right with { Method = both == 0 ? right.Method : method, Version = both == 1 ? version : right.Version, Done = "method, version" }),
            8 => Gen.Select(Gen.OneOf(Targets), Gen.Int[0, 2], (target, get) => (get == 0 ? right : Get(target)) with { Target = target, Done = "target" }),
            _ => Gen.Select(Gen.OneOf(QueryNames), Gen.OneOf(QueryValues)).Array[1, 4].Select(pairs => right with { Target = WithQuery(right.Target, pairs), Done = "query" }),
        };
    });

    private static HttpCase WithId(HttpCase right, string id)
    {
        var segments = right.Target.Split('?')[0].Split('/');
        var at = Array.FindIndex(segments, segment => segment.Contains('_', StringComparison.Ordinal));
        if (at < 0)
        {
            return right with { Target = $"/v1/checkouts/{id.Replace("{0}", "chk_x", StringComparison.Ordinal)}", Done = "id" };
        }

        segments[at] = id.Replace("{0}", segments[at], StringComparison.Ordinal);
        return right with { Target = string.Join('/', segments), Done = "id" };
    }

    private static string WithQuery(string target, (string Name, string Value)[] pairs) =>
        $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', pairs.Select(pair => pair.Name.Length % 5 == 4 ? pair.Name : $"{pair.Name}={pair.Value}"))}";

    private static string Checkout(string type, string token, string currency, string country, string capture) =>
        $$$"""
        {"merchant":"hostile","order":"ORDER","customer":{"id":"cus_42","email":"a@b.example","name":"Ann","country":"{{{country}}}","postal_code":"10115"},"currency":"{{{currency}}}",
        "lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1999,"tax_code":"txcd_10000000"}],"tax":"none","tax_behavior":"exclusive","capture":"{{{capture}}}",
        "payment_method":{"type":"{{{type}}}","token":"{{{token}}}"},"return_url":"https://shop.example/back","metadata":{"cart":"7"},"wait_ms":0}
        """;

    private HttpCase Get(string target) => new("GET", target, [("Host", "x"), ("Authorization", $"Bearer {apiKey}")], []);

    private HttpCase Post(string target, string json) =>
        new("POST", target, [("Host", "x"), ("Authorization", $"Bearer {apiKey}"), ("Content-Type", "application/json"), ("Idempotency-Key", "hostile")], Encoding.UTF8.GetBytes(json));
}
