using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class ValidationTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    public static TheoryData<string, string, string, string> WrongFields => new()
    {
        { "merchant", "null", "parameter_missing", "merchant" },
        { "merchant", "7", "parameter_invalid_type", "merchant" },
        { "merchant", "\"a/b\"", "parameter_invalid", "merchant" },
        { "order", "\"\"", "parameter_invalid", "order" },
        { "customer", "\"cus\"", "parameter_invalid_type", "customer" },
        { "customer", "{}", "parameter_missing", "customer.id" },
        { "customer", """{"id":"c","email":"nobody"}""", "parameter_invalid", "customer.email" },
        { "customer", """{"id":"c","country":"Germany"}""", "parameter_invalid", "customer.country" },
        { "customer", """{"id":"c","country":"de"}""", "parameter_invalid", "customer.country" },
        { "customer", """{"id":"c","phone":"1"}""", "parameter_unknown", "customer.phone" },
        { "customer", """{"id":"c","name":"A\u0007"}""", "parameter_invalid", "customer.name" },
        { "customer", """{"id":"c","name":7}""", "parameter_invalid_type", "customer.name" },
        { "customer", """{"id":"c","tax_id":"a;b"}""", "parameter_invalid", "customer.tax_id" },
        { "currency", "\"xxz\"", "currency_unknown", "currency" },
        { "lines", "[]", "parameter_invalid", "lines" },
        { "lines", "{}", "parameter_invalid_type", "lines" },
        { "lines", "[1]", "parameter_invalid_type", "lines[0]" },
        { "lines", """[{"sku":"a","description":"b","quantity":1,"unit_amount":1,"foo":2}]""", "parameter_unknown", "lines[0].foo" },
        { "lines", """[{"sku":"a","description":"b","quantity":1}]""", "parameter_missing", "lines[0].unit_amount" },
        { "lines", """[{"sku":"a","description":"b","quantity":1.0,"unit_amount":1}]""", "parameter_invalid_type", "lines[0].quantity" },
        { "lines", """[{"sku":"a","description":"b","quantity":1,"unit_amount":1e2}]""", "parameter_invalid_type", "lines[0].unit_amount" },
        { "lines", """[{"sku":"a","description":"b","quantity":1,"unit_amount":"1"}]""", "parameter_invalid_type", "lines[0].unit_amount" },
        { "lines", """[{"sku":"a","description":"b","quantity":0,"unit_amount":1}]""", "parameter_invalid", "lines[0].quantity" },
        { "lines", """[{"sku":"a","description":"b","quantity":1,"unit_amount":-1}]""", "parameter_invalid", "lines[0].unit_amount" },
        { "lines", """[{"sku":"a","description":"b","quantity":2,"unit_amount":99999999}]""", "parameter_invalid", "lines" },
        { "lines", """[{"sku":"a","description":"b","quantity":1,"unit_amount":0}]""", "parameter_invalid", "lines" },
        { "lines", """[{"sku":"a","sku":"a","description":"b","quantity":1,"unit_amount":1}]""", "parameter_duplicate", "lines[0].sku" },
        { "tax", "\"automatic\"", "tax_not_configured", "tax" },
        { "tax", "\"maybe\"", "parameter_invalid", "tax" },
        { "tax_behavior", "\"both\"", "parameter_invalid", "tax_behavior" },
        { "capture", "\"later\"", "parameter_invalid", "capture" },
        { "payment_method", """{"type":"cash","token":"pm_1"}""", "parameter_invalid", "payment_method.type" },
        { "payment_method", """{"type":"pix"}""", "parameter_invalid", "currency" },
        { "payment_method", """{"type":"ideal"}""", "parameter_invalid", "customer.country" },
        { "payment_method", """{"type":"card","token":"pm_1","code":"123456"}""", "parameter_invalid", "payment_method.code" },
        { "payment_method", """{"type":"card","token":"pm_1","code":"12 34"}""", "parameter_invalid", "payment_method.code" },
        { "payment_method", """{"type":"card","token":"pm_1","pin":"1"}""", "parameter_unknown", "payment_method.pin" },
        { "payment_method", """{"type":"card","token":"visa"}""", "parameter_invalid", "payment_method.token" },
        { "payment_method", """{"type":"card"}""", "parameter_missing", "payment_method.token" },
        { "return_url", "\"/back\"", "parameter_invalid", "return_url" },
        { "return_url", "\"javascript:alert(1)\"", "parameter_invalid", "return_url" },
        { "metadata", """{"a":1}""", "parameter_invalid_type", "metadata.a" },
        { "metadata", """{"transaction_id":"x"}""", "metadata_invalid", "metadata.transaction_id" },
        { "metadata", """{"a[b]":"x"}""", "metadata_invalid", "metadata" },
        { "wait_ms", "30001", "parameter_invalid", "wait_ms" },
        { "wait_ms", "-1", "parameter_invalid", "wait_ms" },
        { "wait_ms", "true", "parameter_invalid_type", "wait_ms" },
        { "extra", "1", "parameter_unknown", "extra" },
        { "return_url", "\"\\u0000\"", "body_malformed", "return_url" },
        { "return_url", "\"\\ud800\"", "body_malformed", "return_url" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task A_wrong_field_is_refused_by_code_and_path(string field, string json, string code, string param)
    {
        var body = Bodies.Create(full => full.Remove(field)).Insert(1, $"\"{field}\":{json},");
        var answer = await gateway.PostAsync("/v1/checkouts", body);
        answer.Status.ShouldBe(400, answer.Body);
        (answer.Code, answer.Param).ShouldBe((code, param));
        answer.Error.GetProperty("type").GetString().ShouldBe("invalid_request");
        answer.Error.GetProperty("transaction_id").GetString().ShouldBe(answer.Headers["Transaction-Id"]);
        answer.Error.GetProperty("doc_url").GetString().ShouldBe($"http://127.0.0.1:7080/docs/errors#{code}");
        gateway.Checkouts.Rows.ShouldBeEmpty();
        gateway.Keys.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Metadata_has_limits()
    {
        foreach (var metadata in new[]
                 {
                     new JsonObject(Enumerable.Range(0, 41).Select(n => KeyValuePair.Create($"k{n}", (JsonNode?)"v"))),
                     new JsonObject { [new string('k', 41)] = "v" },
                     new JsonObject { ["k"] = new string('v', 501) },
                 })
        {
            var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body["metadata"] = metadata));
            (answer.Status, answer.Code).ShouldBe((400, "metadata_invalid"));
        }

        var allowed = new JsonObject(Enumerable.Range(0, 40).Select(n => KeyValuePair.Create($"{n}".PadLeft(40, 'k'), (JsonNode?)new string('v', 500))));
        (await gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body["metadata"] = allowed))).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{} {}")]
    [InlineData("// comment\n{}")]
    public async Task A_body_that_is_no_strict_json_object_is_refused(string body)
    {
        var answer = await gateway.PostAsync("/v1/checkouts", body);
        (answer.Status, answer.Code).ShouldBe((400, "body_malformed"));
    }

    [Fact]
    public async Task A_body_that_is_no_utf_8_or_nested_too_deep_is_refused()
    {
        var deep = Bodies.Create(body => body["metadata"] = 1).Replace("\"metadata\":1", $"\"metadata\":{new string('[', 100_000)}{new string(']', 100_000)}", StringComparison.Ordinal);
        (await gateway.PostAsync("/v1/checkouts", deep)).Code.ShouldBe("body_malformed");
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes("{\"merchant\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}")]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/checkouts") { Content = content };
        request.Headers.Add("Idempotency-Key", "k");
        (await gateway.SendAsync(request)).Code.ShouldBe("body_malformed");
    }

    [Fact]
    public async Task Amounts_in_any_iso_currency_are_priced_in_minor_units()
    {
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body["currency"] = "jpy"));
        (answer.Text("currency"), answer.Json.GetProperty("amount").GetInt64()).ShouldBe(("jpy", 3998));
    }
}
