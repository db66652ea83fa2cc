using System.Collections.Concurrent;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Stripe's own mock checks every request of the adapter against the published description of the API.</summary>
[Trait("Category", "Slow")]
public sealed class PublishedDescriptionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_of_the_adapter_is_accepted_and_a_planted_mistake_is_not()
    {
        await using var mock = await StripeMock.StartOrSkipAsync(Cancel);
        using var http = new HttpClient { BaseAddress = mock.Address };
        var answers = new ConcurrentQueue<(string Request, int Status, string Body)>();
        await using var between = new Responder(async request =>
        {
            var (status, body) = await ForwardAsync(http, request);
            answers.Enqueue(($"{request.Method} {request.Path.Split('?')[0]}", status, body));
            return Reply.Of(status, body);
        });
        using var adapter = StripeAdapter.For(between.Address);

        await adapter.Payments.SendAsync(Orders.Pay() with { ReturnUrl = "https://shop.example/back", Metadata = new Dictionary<string, string> { ["campaign"] = "spring" } }, Cancel);
        await adapter.Payments.SendAsync(Orders.Pay(atOnce: false), Cancel);
        await adapter.Payments.SendAsync(Orders.Pay("pm_1", type: "ideal"), Cancel);
        await adapter.Payments.SendAsync(Orders.Capture("pi_1", Orders.Eur(100)), Cancel);
        await adapter.Payments.CancelAsync("pi_1", "k", Cancel);
        await adapter.Payments.SendAsync(Orders.Refund("pi_1", Orders.Eur(100)), Cancel);
        await adapter.Payments.ReadAsync("pi_1", Cancel);
        await adapter.Payments.FindAsync(Orders.NewKey(), Cancel);
        await adapter.Payments.FindRefundAsync("pi_1", Orders.NewKey(), Cancel);
        await adapter.Customers.EnsureAsync(Orders.Customer(), "k", Cancel);
        await adapter.Setups.SetUpAsync(Orders.Setup("cus_1", returnUrl: "https://shop.example/back"), "k", Cancel);
        await adapter.Setups.ReadAsync("seti_1", Cancel);
        await adapter.Setups.FindAsync("cus_1", Orders.NewKey(), Cancel);
        await Should.ThrowAsync<TaxRefusedException>(() => adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("US", "94080", "DE123456789")), Cancel));

        // The mock answers with transactions of its own, which may not be believed; here only the requests count.
        await Record.ExceptionAsync(() => adapter.Taxes.CommitAsync(TaxOrders.Commit("taxcalc_1"), Cancel));
        await Record.ExceptionAsync(() => adapter.Taxes.ReverseAsync(TaxOrders.Reverse("tax_1", null), Cancel));
        await Record.ExceptionAsync(() => adapter.Taxes.ReverseAsync(TaxOrders.Reverse("tax_1", Orders.Eur(100)), Cancel));

        answers.Where(answer => answer.Status != 200).ShouldBeEmpty();
        answers.Select(answer => answer.Request).Distinct().ShouldBe(
        [
            "POST /v1/payment_intents", "POST /v1/payment_intents/pi_1/capture", "POST /v1/payment_intents/pi_1/cancel", "POST /v1/refunds",
            "GET /v1/payment_intents/pi_1", "GET /v1/payment_intents/search", "GET /v1/refunds", "GET /v1/customers/search", "POST /v1/customers",
            "POST /v1/setup_intents", "GET /v1/setup_intents/seti_1", "GET /v1/setup_intents",
            "POST /v1/tax/calculations", "POST /v1/tax/transactions/create_from_calculation", "POST /v1/tax/transactions/create_reversal",
        ]);

        // The same path would report a parameter that the description does not have.
        var first = between.Requests.First();
        (await ForwardAsync(http, first with { Body = first.Body + "&planted=1" })).Status.ShouldBe(400);
    }

    /// <summary>
    /// The mock describes the version before ours, in which both parameters exist; ours, and the sandbox, know only the second
    /// (docs.stripe.com/changelog, endive).
    /// </summary>
    [Theory]
    [InlineData("payment_intents", "payment_method_types", 400)]
    [InlineData("payment_intents", "allowed_payment_method_types", 200)]
    [InlineData("setup_intents", "payment_method_types", 400)]
    [InlineData("setup_intents", "allowed_payment_method_types", 200)]
    public async Task The_mock_still_takes_the_parameter_that_our_version_has_lost(string resource, string parameter, int inOurVersion)
    {
        await using var mock = await StripeMock.StartOrSkipAsync(Cancel);
        await using var process = await TestKit.Sandbox.SandboxProcess.StartAsync(cancellationToken: Cancel);
        using var published = new RawClient(mock.Address, "sk_test_123");
        using var ours = new RawClient(process.Stripe, process.ApiKey);
        var form = (resource == "payment_intents" ? "amount=1000&currency=eur&" : "") + $"{parameter}[]=card";
        (await published.PostAsync($"/v1/{resource}", form)).Status.ShouldBe(200);
        (await ours.PostAsync($"/v1/{resource}", form)).Status.ShouldBe(inOurVersion);
    }

    private static async Task<(int Status, string Body)> ForwardAsync(HttpClient http, ReceivedRequest received)
    {
        using var request = new HttpRequestMessage(new HttpMethod(received.Method), received.Path);
        request.Headers.TryAddWithoutValidation("Authorization", received.Headers["Authorization"]);
        if (received.Method == "POST")
        {
            request.Content = new StringContent(received.Body, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        using var response = await http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
