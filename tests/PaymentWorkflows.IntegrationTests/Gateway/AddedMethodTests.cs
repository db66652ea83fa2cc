using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using PaymentWorkflows.IntegrationTests.Stripe;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>The page that tells how to add a payment method, played: its YAML is all that is added.</summary>
public sealed partial class AddedMethodTests
{
    private const string Qr = """
        {"id":"pi_1","object":"payment_intent","status":"requires_action","amount":3998,"amount_capturable":0,"amount_received":0,"currency":"sgd",
         "metadata":{"payment_flow":"qr_code"},
         "next_action":{"type":"paynow_display_qr_code","paynow_display_qr_code":{"data":"SG-1","hosted_instructions_url":"https://pay.example/1","image_url_png":"x"}}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_method_of_the_page_is_offered_accepted_asked_for_and_shown_to_the_customer()
    {
        var root = RepositoryLayout.Current.Root!;
        var page = await File.ReadAllTextAsync(Path.Combine(root, "docs/add-a-payment-method.md"), Cancel);
        var added = Block().Match(page).Groups["yaml"].Value;
        var own = await File.ReadAllTextAsync(Path.Combine(root, "payment-methods.yaml"), Cancel);
        own.ShouldNotContain("paynow");
        var catalogue = PaymentMethodLoader.Parse($"{own}\n{added}", "payment-methods.yaml");

        await using var gateway = await RunningGateway.StartAsync(catalogue);
        var offered = await gateway.GetAsync("/v1/payment-methods?country=SG&currency=sgd&amount=3998");
        offered.Json.GetProperty("data").EnumerateArray().Select(method => method.GetProperty("type").GetString()).ShouldContain("paynow");

        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create(body =>
        {
            body["currency"] = "sgd";
            body["customer"] = new JsonObject { ["id"] = "cus_42", ["country"] = "SG" };
            body["payment_method"] = new JsonObject { ["type"] = "paynow" };
        }));
        created.Status.ShouldBe(201, created.Body);
        var traits = gateway.Checkouts.Rows.ShouldHaveSingleItem().Input.Method.ShouldNotBeNull();

        await using var provider = new Responder(Reply.Of(200, Qr));
        using var adapter = StripeAdapter.For(provider.Address);
        var pending = (await adapter.Payments.SendAsync(Request(traits), Cancel)).ShouldBeOfType<MoneyVerdict.Pending>();
        pending.Action.ShouldBe(new NextAction("qr_code", "https://pay.example/1", "SG-1", null));
        QueryHelpers.ParseQuery(provider.Requests.ShouldHaveSingleItem().Body)["payment_method_data[type]"].ToString().ShouldBe("paynow");
    }

    private static AuthorizeRequest Request(PaymentMethodTraits traits) =>
        Orders.Pay(amount: new Money(3_998, Currency.Parse("sgd")), type: "paynow") with { PaymentMethodToken = null, Method = traits.Providers.Single(), Expiry = traits.Expiry };

    /// <summary>The page's first block of YAML.</summary>
    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
