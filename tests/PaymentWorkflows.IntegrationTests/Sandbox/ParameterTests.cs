using CsCheck;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.Wire;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>What is refused before anything is executed, and how it is worded.</summary>
public sealed class ParameterTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("amount=1000&currency=eur&payment_method_types[]=card", "parameter_unknown", "payment_method_types")]
    [InlineData("amount=1000&currency=eur&nonsense[a]=1", "parameter_unknown", "nonsense")]
    [InlineData("amount=1000&currency=eur&shipping[name]=A&shipping[address][street]=B", "parameter_unknown", "shipping[address][street]")]
    [InlineData("currency=eur", "parameter_missing", "amount")]
    [InlineData("amount=1000", "parameter_missing", "currency")]
    [InlineData("amount=12.5&currency=eur", "parameter_invalid_integer", "amount")]
    [InlineData("amount=-5&currency=eur", "parameter_invalid_integer", "amount")]
    [InlineData("amount=0&currency=eur", "parameter_invalid_integer", "amount")]
    [InlineData("amount=&currency=eur", "parameter_invalid_empty", "amount")]
    [InlineData("amount=49&currency=eur", "amount_too_small", "amount")]
    [InlineData("amount=100000000&currency=eur", "amount_too_large", "amount")]
    [InlineData("amount=1050&currency=isk", "parameter_invalid_integer", "amount")]
    [InlineData("amount=1050&currency=ugx", "parameter_invalid_integer", "amount")]
    [InlineData("amount=1005&currency=kwd", "parameter_invalid_integer", "amount")]
    [InlineData("amount=1000&currency=lyd", null, "currency")]
    [InlineData("amount=1000&currency=xxx", null, "currency")]
    [InlineData("amount=1000&currency=eur&capture_method=later", null, "capture_method")]
    [InlineData("amount=1000&currency=eur&customer=cus_none", "resource_missing", "customer")]
    [InlineData("amount=1000&currency=eur&payment_method=pm_none", "resource_missing", "payment_method")]
    [InlineData("amount=1000&currency=eur&expand[]=customer.nonsense.x&confirm=maybe", null, "confirm")]
    public async Task A_wrong_parameter_is_refused_by_its_name(string form, string? code, string param)
    {
        var answer = await sandbox.Raw.PostAsync("/v1/payment_intents", form);
        answer.Status.ShouldBe(400, answer.Body.ToJsonString());
        ((string?)answer.Error["type"], (string?)answer.Error["code"], (string?)answer.Error["param"]).ShouldBe(("invalid_request_error", code, param));
    }

    [Theory]
    [InlineData("amount=1000&currency=isk")]
    [InlineData("amount=1000&currency=kwd")]
    [InlineData("amount=1001&currency=mga")]
    [InlineData("amount=1001&currency=jpy")]
    [InlineData("amount=1001&currency=huf")]
    [InlineData("amount=1000&currency=EUR")]
    [InlineData("amount=1000&currency=eur&description=&setup_future_usage=")]
    public async Task What_the_currency_rules_allow_is_taken(string form) =>
        (await sandbox.Raw.PostAsync("/v1/payment_intents", form)).Status.ShouldBe(200);

    [Theory]
    [InlineData("nonsense", "doesn't exist")]
    [InlineData("amount", "cannot be expanded (amount)")]
    public async Task A_wrong_expansion_is_refused_and_nothing_is_executed(string expand, string said)
    {
        var order = Guid.NewGuid().ToString();
        var answer = await sandbox.Raw.PostAsync("/v1/payment_intents", $"amount=1000&currency=eur&metadata[order]={order}&expand[]={expand}");
        answer.Status.ShouldBe(400);
        ((string?)answer.Error["message"]).ShouldNotBeNull().ShouldContain(said);
        var found = await sandbox.Raw.GetAsync("/v1/payment_intents/search?query=" + Uri.EscapeDataString($"metadata['order']:'{order}'"));
        found.Body["data"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer sk_test_wrong_key_0123456789")]
    [InlineData("Basic c2tfdGVzdF93cm9uZzo=")]
    public async Task A_missing_or_wrong_key_is_refused(string? authorization)
    {
        using var http = new HttpClient { BaseAddress = sandbox.Process.Stripe };
        if (authorization is not null)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await http.GetAsync("/v1/balance", TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(401);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        body.ShouldContain(authorization is null ? "You did not provide an API key" : "Invalid API Key provided");
        body.ShouldNotContain("wrong_key_0123456789");
    }

    [Fact]
    public async Task An_unknown_address_is_answered_as_the_provider_does()
    {
        var answer = await sandbox.Raw.GetAsync("/v1/unknown_things");
        answer.Status.ShouldBe(404);
        ((string?)answer.Error["message"]).ShouldNotBeNull().ShouldStartWith("Unrecognized request URL (GET: /v1/unknown_things)");
    }

    [Theory]
    [InlineData("status:'succeeded' OR amount>5 AND amount<9")]
    [InlineData("colour:'red'")]
    [InlineData("status>'a'")]
    [InlineData("amount:'x'")]
    [InlineData("metadata['a']:'unclosed")]
    public async Task A_wrong_search_query_is_refused(string query)
    {
        var answer = await sandbox.Raw.GetAsync("/v1/payment_intents/search?query=" + Uri.EscapeDataString(query));
        (answer.Status, (string?)answer.Error["param"]).ShouldBe((400, "query"));
    }

    [Fact]
    public void A_form_reads_back_whatever_its_values_hold() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 8], Gen.String).Sample((name, value) =>
            FormReader.Read($"a[{name}][]={Uri.EscapeDataString(value)}")["a"]?[name]?["0"]?.Text == value);

    [Fact]
    public void One_wrong_digit_always_fails_the_check_digit() =>
        Gen.Select(Gen.Int[0, TestCards.All.Count - 1].Select(index => TestCards.All[index].Number), Gen.Int[0, 11], Gen.Int[1, 9]).Sample((number, at, by) =>
        {
            var digits = number.ToCharArray();
            digits[at] = (char)('0' + ((digits[at] - '0' + by) % 10));
            return TestCards.PassesCheckDigit(number) && !TestCards.PassesCheckDigit(new string(digits));
        });

    [Theory]
    [InlineData(new string[0], "--stripe is required")]
    [InlineData(new[] { "--port", "1" }, "Unknown argument '--port'")]
    [InlineData(new[] { "--stripe" }, "--stripe needs a value")]
    [InlineData(new[] { "--stripe", "7420", "--control", "127.0.0.1:7429", "--state", "x", "--api-key", "k" }, "--stripe must be an IP address")]
    [InlineData(new[] { "--stripe", "127.0.0.1:1", "--control", "127.0.0.1:1", "--state", "x", "--api-key", "k" }, "different ports")]
    [InlineData(new[] { "--stripe", "127.0.0.1:1", "--control", "127.0.0.1:2", "--state", "x", "--api-key", "k", "--webhook-url", "http://a/" }, "--webhook-secret is required")]
    public void A_wrong_command_line_is_explained_in_a_sentence(string[] arguments, string said)
    {
        var (options, problem) = CommandLine.Parse(arguments);
        options.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(said);
    }
}
