using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Hosting.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>What the adapter asks for, for each configured payment method, and what it never sends.</summary>
public sealed class PaymentMethodTests
{
    private static readonly PaymentMethodCatalogue Catalogue = PaymentMethodLoader.Load(Path.Combine(RepositoryLayout.Current.Root!, "payment-methods.yaml"));

    private static readonly KnownCustomer Ann = new(
        new CustomerDetails("ann@example.com", "Ann Example", "BR", "01310-100") { TaxId = "529.982.247-25" }, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_token_the_method_is_made_of_its_type_and_the_payers_data_and_takes_the_expiry()
    {
        var sent = await SentAsync(Of("pix"), Ann);
        sent.ShouldContainKeyAndValue("allowed_payment_method_types[0]", "pix");
        sent.ShouldContainKeyAndValue("payment_method_data[type]", "pix");
        sent.ShouldContainKeyAndValue("payment_method_data[billing_details][name]", "Ann Example");
        sent.ShouldContainKeyAndValue("payment_method_data[billing_details][email]", "ann@example.com");
        sent.ShouldContainKeyAndValue("payment_method_data[billing_details][address][country]", "BR");
        sent.ShouldContainKeyAndValue("payment_method_data[billing_details][address][postal_code]", "01310-100");
        sent.ShouldContainKeyAndValue("payment_method_options[pix][expires_after_seconds]", "14400");
        sent.ShouldContainKeyAndValue("capture_method", "automatic");
        sent.ShouldContainKeyAndValue("confirm", "true");
        sent.ShouldContainKeyAndValue("metadata[payment_flow]", "qr_code");
        sent.Keys.ShouldNotContain("payment_method");
        sent.Keys.ShouldNotContain(key => key.StartsWith("mandate_data", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_token_nothing_of_the_person_is_sent()
    {
        var sent = await SentAsync(Of("card") with { PaymentMethodToken = "pm_card_visa", CaptureAtOnce = false }, Ann);
        sent.ShouldContainKeyAndValue("payment_method", "pm_card_visa");
        sent.ShouldContainKeyAndValue("allowed_payment_method_types[0]", "card");
        sent.ShouldContainKeyAndValue("capture_method", "manual");
        sent.ShouldContainKeyAndValue("metadata[payment_flow]", "card");
        sent.Keys.ShouldNotContain(key => key.StartsWith("payment_method_data", StringComparison.Ordinal));
        sent.Values.ShouldNotContain(value => value.Contains("Ann", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_redirect_carries_the_page_to_come_back_to()
    {
        var sent = await SentAsync(Of("ideal") with { ReturnUrl = "https://shop.example/back" }, Ann);
        sent.ShouldContainKeyAndValue("return_url", "https://shop.example/back");
        sent.ShouldContainKeyAndValue("payment_method_data[type]", "ideal");
    }

    [Fact]
    public async Task A_field_of_the_person_and_a_code_fill_the_providers_own_parameters()
    {
        (await SentAsync(Of("boleto"), Ann)).ShouldContainKeyAndValue("payment_method_data[boleto][tax_id]", "529.982.247-25");
        (await SentAsync(Of("blik") with { PaymentMethodCode = "123456" }, Ann)).ShouldContainKeyAndValue("payment_method_options[blik][code]", "123456");
    }

    [Fact]
    public async Task What_is_not_known_is_left_out_and_not_sent_as_empty()
    {
        foreach (var payer in new KnownCustomer?[] { null, Ann with { Details = new CustomerDetails(null, null, null, null) } })
        {
            var sent = await SentAsync(Of("boleto") with { Expiry = null }, payer);
            sent.Keys.ShouldNotContain(key => key.Contains("billing_details", StringComparison.Ordinal) || key.Contains("tax_id", StringComparison.Ordinal));
            sent.Values.ShouldNotContain("");
        }

        var half = await SentAsync(Of("pix"), Ann with { Details = new CustomerDetails(null, "Ann Example", null, "01310-100") });
        half.Keys.Where(key => key.Contains("billing_details", StringComparison.Ordinal))
            .ShouldBe(["payment_method_data[billing_details][name]", "payment_method_data[billing_details][address][postal_code]"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_bank_debit_goes_with_the_mandate_that_the_customer_accepted()
    {
        var sent = await SentAsync(Of("sepa_debit") with { PaymentMethodToken = "pm_sepa" }, Ann);
        sent.ShouldContainKeyAndValue("payment_method", "pm_sepa");
        sent.ShouldContainKeyAndValue("mandate_data[customer_acceptance][type]", "offline");
        sent.ShouldContainKeyAndValue("mandate_data[customer_acceptance][accepted_at]", Ann.ToldAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        (await SentAsync(Of("sepa_debit") with { PaymentMethodToken = "pm_sepa" }, null)).Keys.ShouldNotContain("mandate_data[customer_acceptance][accepted_at]");
    }

    [Fact]
    public async Task The_same_payment_is_asked_for_in_the_same_words_each_time()
    {
        var request = Of("boleto");
        var (first, second) = (await SentAsync(request, Ann), await SentAsync(request, Ann));
        second.ShouldBe(first);
    }

    [Fact]
    public async Task A_request_from_before_there_were_configured_methods_is_asked_for_as_it_was()
    {
        var sent = await SentAsync(Orders.Pay(), null);
        sent.ShouldContainKeyAndValue("payment_method", "pm_card_visa");
        sent.ShouldContainKeyAndValue("allowed_payment_method_types[0]", "card");
        sent.Keys.ShouldNotContain("metadata[payment_flow]");
    }

    [Fact]
    public void The_persons_data_do_not_print_themselves_into_logs()
    {
        foreach (var text in new[] { Ann.ToString(), Ann.Details.ToString() })
        {
            text.ShouldNotContain("Ann", Case.Insensitive);
            text.ShouldNotContain("529");
        }
    }

    /// <summary>The request that a saga makes of the configured method.</summary>
    private static AuthorizeRequest Of(string name)
    {
        var method = Catalogue.Find(name)!;
        return Orders.Pay(amount: new Money(5_000, method.Currencies?[0] ?? Currency.Parse("eur")), type: name) with
        {
            PaymentMethodToken = null,
            Method = method.Traits.Providers.Single(),
            Expiry = method.Traits.Expiry,
            Customer = CustomerId.Parse("cus_42"),
        };
    }

    private static async Task<Dictionary<string, string>> SentAsync(AuthorizeRequest request, KnownCustomer? payer)
    {
        await using var responder = new Responder(Reply.Error(402, "card_declined", "card_error"));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.SendAsync(request, Cancel, payer)).ShouldBeOfType<MoneyVerdict.Declined>();
        return QueryHelpers.ParseQuery(responder.Requests.ShouldHaveSingleItem().Body).ToDictionary(entry => entry.Key, entry => entry.Value.ToString());
    }
}
