using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>What Stripe Tax computes, read to the cent, and what is not believed.</summary>
public sealed class TaxCalculationTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncDisposable
{
    private const string Path = "/v1/tax/calculations";

    /// <summary>Gives up what hangs, and not before the sandbox has read it: what was not read is not committed.</summary>
    private readonly StripeAdapter impatient = StripeAdapter.For(sandbox.Process, TimeSpan.FromSeconds(2));

    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        impatient.Dispose();
        adapter.Dispose();
        await sandbox.Control.ClearFaultsAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("DE", null, null, TaxBehavior.Exclusive, 11_900, 1_900, "de vat 19.0 1900 standard_rated")]
    [InlineData("DE", null, null, TaxBehavior.Inclusive, 10_000, 1_597, "de vat 19.0 1597 standard_rated")]
    [InlineData("FI", null, null, TaxBehavior.Exclusive, 12_550, 2_550, "fi vat 25.5 2550 standard_rated")]
    [InlineData("FR", null, "FR12345678901", TaxBehavior.Exclusive, 10_000, 0, "fr vat 0.0 0 reverse_charge")]
    [InlineData("DE", null, "DE123456789", TaxBehavior.Exclusive, 11_900, 1_900, "de vat 19.0 1900 standard_rated")]
    [InlineData("FR", null, "a pension number", TaxBehavior.Exclusive, 12_000, 2_000, "fr vat 20.0 2000 standard_rated")]
    [InlineData("US", "94080", null, TaxBehavior.Exclusive, 10_988, 988, "us_ca sales_tax 9.875 988 standard_rated")]
    [InlineData("US", "97201", null, TaxBehavior.Exclusive, 10_000, 0, "us_or sales_tax 0.0 0 not_subject_to_tax")]
    [InlineData("JP", null, null, TaxBehavior.Exclusive, 10_000, 0, "jp none 0.0 0 not_collecting")]
    public async Task The_tax_of_a_place_is_told_by_jurisdiction(string country, string? postalCode, string? taxId, TaxBehavior behavior, long total, long tax, string component)
    {
        var result = await adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add(country, postalCode, taxId), behavior, "eur", TaxOrders.Goods(10_000)), Cancel);
        (result.Total, result.Tax).ShouldBe((Orders.Eur(total), Orders.Eur(tax)));
        result.Reference.ShouldStartWith("taxcalc_");
        result.ExpiresAt.ShouldNotBeNull().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(80));
        result.Components.Select(Text).ShouldBe([component]);
        result.Components.ShouldAllBe(one => LedgerAccount.TaxPayable(one.Jurisdiction).Number == "2000");
    }

    [Fact]
    public async Task Lines_of_several_rates_add_up_and_a_quantity_counts()
    {
        var result = await adapter.Taxes.CalculateAsync(
            TaxOrders.Of(adapter.Directory.Add("DE"), TaxBehavior.Exclusive, "eur", TaxOrders.Goods(1_000, 3), TaxOrders.Goods(1_000, 1, "txcd_35010000"), TaxOrders.Goods(500, 2, "txcd_00000000")), Cancel);
        result.Components.Select(Text).ShouldBe(["de vat 19.0 570 standard_rated", "de vat 7.0 70 reduced_rated", "de vat 0.0 0 product_exempt"], ignoreOrder: true);
        (result.Total, result.Tax).ShouldBe((Orders.Eur(5_640), Orders.Eur(640)));
        TaxShare.Of(result.Components).ShouldBe([new TaxShare("de", Orders.Eur(640))]);
    }

    [Fact]
    public async Task A_currency_without_minor_units_is_taxed_in_its_own()
    {
        var yen = Currency.Parse("isk");
        var result = await adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("DE"), TaxBehavior.Exclusive, "isk", TaxOrders.Goods(10_000)), Cancel);
        (result.Total, result.Tax).ShouldBe((new Money(11_900, yen), new Money(1_900, yen)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("US", null)]
    [InlineData("US", "00000")]
    public async Task An_address_by_which_the_place_cannot_be_told_is_for_the_customer_to_mend(string? country, string? postalCode)
    {
        var refused = await Should.ThrowAsync<TaxRefusedException>(() => adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add(country, postalCode)), Cancel));
        (refused.IsCustomers, refused.Code).ShouldBe((true, "customer_tax_location_invalid"));
    }

    [Theory]
    [InlineData("unauthorized", TaxRefusals.Credentials, HoldReason.CredentialsRefused)]
    [InlineData("forbidden", TaxRefusals.Credentials, HoldReason.CredentialsRefused)]
    public async Task A_refused_key_is_for_a_person(string kind, string code, HoldReason reason)
    {
        await sandbox.Control.AddFaultAsync(new { kind, match = new { method = "POST", path = Path } }, Cancel);
        var refused = await Should.ThrowAsync<TaxRefusedException>(() => adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("DE")), Cancel));
        (refused.IsCustomers, refused.Code, refused.Reason).ShouldBe((false, code, reason));
    }

    [Theory]
    [InlineData("commit_then_hang")]
    [InlineData("commit_then_reset")]
    [InlineData("unavailable")]
    [InlineData("stored_500")]
    public async Task No_usable_answer_is_asked_for_again(string kind)
    {
        await sandbox.Control.AddFaultAsync(new { kind, match = new { method = "POST", path = Path } }, Cancel);
        var request = TaxOrders.Of(impatient.Directory.Add("DE"));
        await Should.ThrowAsync<TaxUnresolvedException>(() => impatient.Taxes.CalculateAsync(request, Cancel));
        (await adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("DE")), Cancel)).Tax.ShouldBe(Orders.Eur(190));
    }

    [Fact]
    public async Task A_busy_engine_did_nothing()
    {
        await sandbox.Control.AddFaultAsync(new { kind = "rate_limited", match = new { method = "POST", path = Path } }, Cancel);
        await Should.ThrowAsync<ProviderBusyException>(() => adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("DE")), Cancel));
    }

    [Theory]
    [InlineData("the total", "eur", 1_180, 190, 0, 190)]
    [InlineData("the parts", "eur", 1_190, 190, 0, 189)]
    [InlineData("the currency", "usd", 1_190, 190, 0, 190)]
    [InlineData("the behaviour", "eur", 1_000, 0, 190, 190)]
    [InlineData("a negative tax", "eur", 810, -190, 0, -190)]
    public async Task A_calculation_that_does_not_add_up_is_never_charged(string what, string currency, long total, long onTop, long within, long part)
    {
        var body = $$$"""
            {"id":"taxcalc_1","object":"tax.calculation","amount_total":{{{total}}},"currency":"{{{currency}}}","tax_amount_exclusive":{{{onTop}}},"tax_amount_inclusive":{{{within}}},"expires_at":1900000000,"tax_date":1700000000,
             "tax_breakdown":[{"amount":{{{part}}},"inclusive":false,"taxability_reason":"standard_rated","taxable_amount":1000,"tax_rate_details":{"country":"DE","state":null,"percentage_decimal":"19.0","tax_type":"vat"}}]}
            """;
        await using var responder = new Responder(Reply.Of(200, body));
        using var told = StripeAdapter.For(responder.Address);
        var refused = await Should.ThrowAsync<TaxRefusedException>(() => told.Taxes.CalculateAsync(TaxOrders.Of(told.Directory.Add("DE")), Cancel), what);
        (refused.Code, refused.Reason, refused.IsCustomers).ShouldBe((TaxRefusals.Contradiction, HoldReason.ProviderContradiction, false));
    }

    [Fact]
    public async Task The_address_goes_to_the_engine_and_nothing_else_of_the_person()
    {
        await using var responder = new Responder(Reply.Nothing(Ending.Close));
        using var told = StripeAdapter.For(responder.Address);
        await Should.ThrowAsync<TaxUnresolvedException>(() => told.Taxes.CalculateAsync(TaxOrders.Of(told.Directory.Add("DE", "10115")), Cancel));
        var body = Uri.UnescapeDataString(responder.Requests.Single().Body);
        body.ShouldContain("customer_details[address][country]=DE");
        body.ShouldContain("customer_details[address][postal_code]=10115");
        body.ShouldNotContain("Ann");
        body.ShouldNotContain("example.com");
    }

    private static string Text(TaxComponent one) => FormattableString.Invariant($"{one.Jurisdiction} {one.Type} {one.Rate} {one.Amount.Minor} {one.Reason}");
}
