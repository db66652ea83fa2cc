using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>The payment methods over HTTP: which can be used, and that a checkout is held to what its method takes.</summary>
public sealed class PaymentMethodTests : IAsyncLifetime
{
    private static readonly string Yaml = File.ReadAllText(Path.Combine(RepositoryLayout.Current.Root!, "payment-methods.yaml"));
    private readonly Switch methods = new(Yaml);
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync(methods);

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task The_methods_that_can_be_used_come_in_their_rank_with_what_a_shop_needs()
    {
        var answer = await gateway.GetAsync("/v1/payment-methods?country=BR&currency=brl&amount=100000&locale=pt-BR");
        answer.Status.ShouldBe(200, answer.Body);
        (answer.Text("object"), answer.Text("url"), answer.Json.GetProperty("has_more").GetBoolean()).ShouldBe(("list", "/v1/payment-methods", false));
        answer.Json.GetProperty("data").EnumerateArray().Select(method => $"{method.GetProperty("rank")} {method.GetProperty("type")} {method.GetProperty("name")}")
            .ShouldBe(["1 pix Pix", "2 boleto Boleto", "3 card Cartão"]);
        JsonNode.DeepEquals(JsonNode.Parse(answer.Json.GetProperty("data")[0].GetRawText()), JsonNode.Parse(
            """
            {"object":"payment_method","type":"pix","name":"Pix","flow":"qr_code","limits":{"min":50,"max":1500000},"capture":["automatic"],
             "refunds":{"partial":true,"window":"P90D"},"required_fields":[],"settlement_days":1,"rank":1}
            """)).ShouldBeTrue(answer.Body);
        answer.Json.GetProperty("data")[1].GetProperty("refunds").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.Json.GetProperty("data")[2].GetProperty("limits").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.Headers.ShouldContainKey("Transaction-Id");
    }

    [Theory]
    [InlineData("currency=eur&amount=100", "parameter_missing", "country")]
    [InlineData("country=&currency=eur&amount=100", "parameter_missing", "country")]
    [InlineData("country=DE&amount=100", "parameter_missing", "currency")]
    [InlineData("country=DE&currency=eur", "parameter_missing", "amount")]
    [InlineData("country=de&currency=eur&amount=100", "parameter_invalid", "country")]
    [InlineData("country=XX&currency=eur&amount=100", "parameter_invalid", "country")]
    [InlineData("country=DE&currency=euro&amount=100", "currency_unknown", "currency")]
    [InlineData("country=DE&currency=eur&amount=0", "parameter_invalid", "amount")]
    [InlineData("country=DE&currency=eur&amount=1.5", "parameter_invalid", "amount")]
    [InlineData("country=DE&currency=eur&amount=100000000", "parameter_invalid", "amount")]
    [InlineData("country=DE&currency=eur&amount=100&locale=german", "parameter_invalid", "locale")]
    [InlineData("country=DE&currency=eur&amount=100&limit=1", "parameter_unknown", "limit")]
    [InlineData("country=DE&country=NL&currency=eur&amount=100", "parameter_duplicate", "country")]
    public async Task A_wrong_parameter_is_refused_by_code_and_name(string query, string code, string param)
    {
        var answer = await gateway.GetAsync($"/v1/payment-methods?{query}");
        (answer.Status, answer.Code, answer.Param).ShouldBe((400, code, param));
    }

    [Fact]
    public async Task The_list_needs_the_api_key_and_is_described()
    {
        gateway.Http.DefaultRequestHeaders.Authorization = null;
        (await gateway.GetAsync("/v1/payment-methods?country=DE&currency=eur&amount=100")).Status.ShouldBe(401);
        var description = (await gateway.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty("/v1/payment-methods").GetProperty("get");
        description.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).ShouldBe(["country", "currency", "amount", "locale"]);
        description.GetProperty("responses").GetProperty("200").GetRawText().ShouldContain("PaymentMethodListResource");
    }

    [Fact]
    public async Task A_checkout_keeps_its_methods_traits_and_the_persons_data_go_to_their_own_table()
    {
        var answer = await gateway.PostAsync("/v1/checkouts", Brazilian("boleto", customer =>
        {
            customer["name"] = "Ana Souza";
            customer["email"] = "ana@shop.example";
            customer["tax_id"] = "11.222.333/0001-81";
        }));
        answer.Status.ShouldBe(201, answer.Body);
        var input = gateway.Checkouts.Rows.ShouldHaveSingleItem().Input;
        var boleto = methods.Current.Find("boleto")!;
        input.Method.ShouldBe(boleto.Traits with { Limit = boleto.Limits.Single() });
        (input.PaymentMethod.Token, input.PaymentMethod.Code).ShouldBe((null, null));
        gateway.Checkouts.Customers.ShouldHaveSingleItem().ShouldBe(
            new CustomerDetails("ana@shop.example", "Ana Souza", "BR", "01310-100") { TaxId = "11.222.333/0001-81" });
        JsonSerializer.Serialize(input).ShouldNotContain("Ana Souza");
        JsonSerializer.Serialize(input).ShouldNotContain("11.222");
    }

    [Fact]
    public async Task A_code_goes_with_a_method_that_wants_one()
    {
        var body = Bodies.Create(full =>
        {
            full["currency"] = "pln";
            full["customer"] = new JsonObject { ["id"] = "cus_42", ["country"] = "PL" };
            full["payment_method"] = new JsonObject { ["type"] = "blik", ["code"] = "123456" };
        });
        (await gateway.PostAsync("/v1/checkouts", body)).Status.ShouldBe(201);
        gateway.Checkouts.Rows.ShouldHaveSingleItem().Input.PaymentMethod.Code.ShouldBe("123456");
    }

    [Fact]
    public async Task What_the_method_does_not_take_is_refused_with_what_is_allowed()
    {
        await RefusedAsync(Brazilian("boleto"), "parameter_missing", "customer.name", "boleto");
        await RefusedAsync(Brazilian("pix", change: body => body["currency"] = "usd"), "parameter_invalid", "currency", "brl");
        await RefusedAsync(Brazilian("pix", customer => customer["country"] = "DE"), "parameter_invalid", "customer.country", "BR");
        await RefusedAsync(Brazilian("pix", change: body => body["capture"] = "manual"), "parameter_invalid", "capture", "automatic");
        await RefusedAsync(Brazilian("pix", change: body => body["lines"]![0]!["unit_amount"] = 1), "parameter_invalid", "lines", "50 to 1500000");
        await RefusedAsync(Brazilian("pix", change: body => body["payment_method"]!["token"] = "pm_1"), "parameter_invalid", "payment_method.token", "left out");
        await RefusedAsync(Brazilian("pix2"), "parameter_invalid", "payment_method.type", "card, pix, ideal");
        gateway.Checkouts.Rows.ShouldBeEmpty();
        gateway.Keys.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_customer_whose_country_nobody_knows_may_pay() =>
        (await gateway.PostAsync("/v1/checkouts", Brazilian("pix", customer => customer.Remove("country")))).Status.ShouldBe(201);

    [Fact]
    public async Task A_repeat_gets_its_first_answer_even_when_the_method_is_gone_by_then()
    {
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Completed };
        var body = Brazilian("pix", change: full => full["wait_ms"] = 10_000);
        var first = await gateway.PostAsync("/v1/checkouts", body, key: "k1");
        first.Status.ShouldBe(201, first.Body);

        methods.Set(Yaml.Replace("  pix:", "  pixel:", StringComparison.Ordinal));
        var repeat = await gateway.PostAsync("/v1/checkouts", body, key: "k1");
        (repeat.Status, repeat.Body, repeat.Headers["Idempotent-Replayed"]).ShouldBe((201, first.Body, "true"));
        var otherKey = await gateway.PostAsync("/v1/checkouts", body, key: "k2");
        (otherKey.Status, otherKey.Text("id")).ShouldBe((200, first.Text("id")));
        (await gateway.PostAsync("/v1/checkouts", body.Replace("ord_1", "ord_2", StringComparison.Ordinal), key: "k3")).Param.ShouldBe("payment_method.type");
        (await gateway.PostAsync("/v1/checkouts", body.Replace("ord_1", "ord_2", StringComparison.Ordinal), key: "k1")).Code.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public async Task A_changed_set_of_methods_is_offered_at_once_and_what_has_begun_keeps_its_own()
    {
        (await gateway.PostAsync("/v1/checkouts", Brazilian("pix"))).Status.ShouldBe(201);
        methods.Set(Yaml.Replace("expiry: PT4H", "expiry: PT1H", StringComparison.Ordinal));
        (await gateway.PostAsync("/v1/checkouts", Brazilian("pix", change: body => body["order"] = "ord_2"))).Status.ShouldBe(201);
        gateway.Checkouts.Rows.Select(row => row.Input.Method!.Expiry).ShouldBe([TimeSpan.FromHours(4), TimeSpan.FromHours(1)]);
    }

    private async Task RefusedAsync(string body, string code, string param, string allowed)
    {
        var answer = await gateway.PostAsync("/v1/checkouts", body);
        (answer.Status, answer.Code, answer.Param).ShouldBe((400, code, param), answer.Body);
        answer.Error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(allowed);
    }

    private static string Brazilian(string type, Action<JsonObject>? customer = null, Action<JsonObject>? change = null) => Bodies.Create(body =>
    {
        var person = new JsonObject { ["id"] = "cus_42", ["country"] = "BR", ["postal_code"] = "01310-100" };
        customer?.Invoke(person);
        body["customer"] = person;
        body["currency"] = "brl";
        body["payment_method"] = new JsonObject { ["type"] = type };
        change?.Invoke(body);
    });

    /// <summary>Methods that change when the test says so.</summary>
    private sealed class Switch(string yaml) : IPaymentMethods
    {
        public PaymentMethodCatalogue Current { get; private set; } = Read(yaml);

        public void Set(string changed) => Current = Read(changed);

        private static PaymentMethodCatalogue Read(string text) => PaymentMethodLoader.Parse(text, "payment-methods.yaml");
    }
}
