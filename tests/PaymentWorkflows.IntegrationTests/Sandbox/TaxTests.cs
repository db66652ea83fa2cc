using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Calculations of tax.</summary>
public sealed class TaxTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Berlin = "&customer_details[address][country]=DE&customer_details[address][postal_code]=10115&customer_details[address_source]=billing";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task Exclusive_tax_is_added_and_inclusive_tax_is_contained()
    {
        var added = await CalculateAsync($"currency=eur&line_items[0][amount]=3998&line_items[0][reference]=book&line_items[0][tax_behavior]=exclusive{Berlin}");
        (Long(added, "amount_total"), Long(added, "tax_amount_exclusive"), Long(added, "tax_amount_inclusive")).ShouldBe((4758, 760, 0));
        var contained = await CalculateAsync($"currency=eur&line_items[0][amount]=1190&line_items[0][tax_behavior]=inclusive{Berlin}");
        (Long(contained, "amount_total"), Long(contained, "tax_amount_exclusive"), Long(contained, "tax_amount_inclusive")).ShouldBe((1190, 0, 190));
        var part = contained.Body["tax_breakdown"]![0]!;
        ((long)part["amount"]!, (bool)part["inclusive"]!, (long)part["taxable_amount"]!, (string?)part["taxability_reason"], (string?)part["tax_rate_details"]!["percentage_decimal"])
            .ShouldBe((190, true, 1000, "standard_rated", "19.0"));
        foreach (var answer in new[] { added, contained })
        {
            ResponseSchemas.Problems("tax.calculation", answer.Body).ShouldBeEmpty();
        }

        (Long(added, "expires_at") - Long(added, "tax_date")).ShouldBe(90 * 24 * 3600);
    }

    [Fact]
    public async Task Several_rates_and_shipping_stand_apart_in_the_breakdown()
    {
        var answer = await CalculateAsync(
            "currency=eur&line_items[0][amount]=1000&line_items[0][tax_code]=txcd_99999999&line_items[1][amount]=1000&line_items[1][tax_code]=txcd_35010000"
            + $"&line_items[2][amount]=500&line_items[2][tax_code]=txcd_00000000&shipping_cost[amount]=490{Berlin}");
        var parts = answer.Body["tax_breakdown"]!.AsArray().Select(part => ((long)part!["amount"]!, (string?)part["tax_rate_details"]!["percentage_decimal"], (string?)part["taxability_reason"])).ToList();
        parts.ShouldBe([(190 + 93, "19.0", "standard_rated"), (70, "7.0", "reduced_rated"), (0, "0.0", "product_exempt")]);
        ((long)answer.Body["shipping_cost"]!["amount_tax"]!, (string?)answer.Body["shipping_cost"]!["tax_code"]).ShouldBe((93, "txcd_92010001"));
        Long(answer, "amount_total").ShouldBe(1000 + 190 + 1000 + 70 + 500 + 490 + 93);
        ResponseSchemas.Problems("tax.calculation", answer.Body).ShouldBeEmpty();

        var lines = await Raw.GetAsync($"/v1/tax/calculations/{answer.Id}/line_items?limit=2");
        (lines.Body["data"]!.AsArray().Count, (bool)lines.Body["has_more"]!).ShouldBe((2, true));
        ResponseSchemas.Problems("tax.calculation_line_item", lines.Body["data"]![1]).ShouldBeEmpty();
        var rest = await Raw.GetAsync($"/v1/tax/calculations/{answer.Id}/line_items?starting_after={lines.Body["data"]![1]!["id"]}");
        ((string?)rest.Body["data"]!.AsArray().Single()!["reference"], (bool)rest.Body["has_more"]!).ShouldBe(("L3", false));
        var expanded = await Raw.GetAsync($"/v1/tax/calculations/{answer.Id}?expand[]=line_items.data.tax_breakdown");
        expanded.Body["line_items"]!["data"]!.AsArray().Count.ShouldBe(3);
        ResponseSchemas.Problems("tax.calculation", expanded.Body).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("FR", "75001", "&customer_details[tax_ids][0][type]=eu_vat&customer_details[tax_ids][0][value]=FR12345678901", 0, "reverse_charge", "0.0")]
    [InlineData("DE", "10115", "&customer_details[tax_ids][0][type]=eu_vat&customer_details[tax_ids][0][value]=DE123456789", 190, "standard_rated", "19.0")]
    [InlineData("NL", "1011", "&customer_details[taxability_override]=reverse_charge", 0, "reverse_charge", "0.0")]
    [InlineData("NL", "1011", "&customer_details[taxability_override]=customer_exempt", 0, "customer_exempt", "0.0")]
    [InlineData("NL", "1011", "", 210, "standard_rated", "21.0")]
    [InlineData("FI", "00100", "", 255, "standard_rated", "25.5")]
    [InlineData("ES", "35001", "", 0, "not_subject_to_tax", "0.0")]
    [InlineData("GB", "SW1A 1AA", "", 200, "standard_rated", "20.0")]
    [InlineData("GB", "SW1A 1AA", "&line_items[0][tax_code]=txcd_35010000", 0, "zero_rated", "0.0")]
    [InlineData("CH", "8001", "", 81, "standard_rated", "8.1")]
    [InlineData("SG", "018956", "", 90, "standard_rated", "9.0")]
    [InlineData("US", "94080", "&customer_details[address][state]=CA", 99, "standard_rated", "9.875")]
    [InlineData("US", "94080", "&customer_details[address][state]=CA&line_items[0][tax_code]=txcd_10000000", 0, "product_exempt", "0.0")]
    [InlineData("US", "82001", "&customer_details[address][state]=WY", 0, "not_collecting", "0.0")]
    [InlineData("BR", "01000-000", "", 0, "not_supported", "0.0")]
    public async Task The_place_and_the_customer_decide_the_rate(string country, string postal, string more, long tax, string reason, string percentage)
    {
        var answer = await CalculateAsync(
            $"currency=eur&line_items[0][amount]=1000&customer_details[address][country]={country}&customer_details[address][postal_code]={postal}&customer_details[address_source]=billing{more}");
        var part = answer.Body["tax_breakdown"]!.AsArray().Single()!;
        (Long(answer, "tax_amount_exclusive"), (string?)part["taxability_reason"], (string?)part["tax_rate_details"]!["percentage_decimal"]).ShouldBe((tax, reason, percentage));
        ResponseSchemas.Problems("tax.calculation", answer.Body).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rate_that_is_changed_on_the_control_port_changes_the_amount()
    {
        var form = $"currency=eur&line_items[0][amount]=1000{Berlin}";
        Long(await CalculateAsync(form), "amount_total").ShouldBe(1190);
        await SetRateAsync("20.5");
        Long(await CalculateAsync(form), "amount_total").ShouldBe(1205);
        await SetRateAsync(null);
        Long(await CalculateAsync(form), "amount_total").ShouldBe(1190);
        var wrong = await Should.ThrowAsync<HttpRequestException>(() => sandbox.Control.SendAsync(HttpMethod.Post, "/tax", new { country = "BR", percentage = "1" }, Cancel));
        wrong.Message.ShouldContain("Allowed:");
    }

    [Theory]
    [InlineData("currency=eur&line_items[0][amount]=1000", "customer_details[address]", "parameter_missing")]
    [InlineData("currency=eur&customer_details[address][country]=DE", "line_items", "parameter_missing")]
    [InlineData("currency=eur&line_items[0][amount]=1000&customer_details[address][postal_code]=1", "customer_details[address][country]", "parameter_missing")]
    [InlineData("currency=eur&line_items[0][amount]=1000&customer_details[address][country]=Germany", "customer_details[address][country]", "customer_tax_location_invalid")]
    [InlineData("currency=eur&line_items[0][amount]=1000&customer_details[address][country]=US", "customer_details[address][state]", "customer_tax_location_invalid")]
    [InlineData("currency=eur&line_items[0][amount]=1000&line_items[0][tax_code]=books&customer_details[address][country]=DE", "line_items[0][tax_code]", "resource_missing")]
    [InlineData("currency=eur&line_items[0][amount]=-1&customer_details[address][country]=DE", "line_items[0][amount]", "parameter_invalid_integer")]
    [InlineData("currency=eur&line_items[0][amount]=1&line_items[0][reference]=a&line_items[1][amount]=1&line_items[1][reference]=a&customer_details[address][country]=DE", "line_items[1][reference]", null)]
    [InlineData("currency=eur&line_items[0][amount]=1&customer_details[address][country]=FR&customer_details[tax_ids][0][type]=eu_vat&customer_details[tax_ids][0][value]=1", "customer_details[tax_ids][0][value]", "tax_id_invalid")]
    [InlineData("currency=eur&line_items[0][amount]=1&customer_details[address][country]=DE&tax_date=1", "tax_date", null)]
    [InlineData("currency=eur&line_items[0][price]=1&line_items[0][amount]=1&customer_details[address][country]=DE", "line_items[0][price]", "parameter_unknown")]
    public async Task Wrong_calculations_are_refused_by_their_parameter(string form, string param, string? code)
    {
        var refused = await Raw.PostAsync("/v1/tax/calculations", form);
        (refused.Status, (string?)refused.Error["param"], (string?)refused.Error["code"]).ShouldBe((400, param, code), refused.Body.ToJsonString());
        ResponseSchemas.Problems("error", refused.Body).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fault_fails_the_calculation_and_a_repeat_with_the_key_gets_the_same_answer()
    {
        await sandbox.Control.AddFaultAsync(new { kind = "failed_tax_calculation", match = new { method = "POST", path = "/v1/tax/calculations" } }, Cancel);
        var form = $"currency=eur&line_items[0][amount]=1000{Berlin}";
        var key = Guid.NewGuid().ToString();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var failed = await Raw.PostAsync("/v1/tax/calculations", form, key);
            (failed.Status, (string?)failed.Error["code"]).ShouldBe((400, "failed_tax_calculation"));
        }

        (await Raw.PostAsync("/v1/tax/calculations", form, key + "2")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_customer_s_own_address_is_used_and_an_old_rate_for_an_old_day()
    {
        var customer = await Raw.PostAsync("/v1/customers", "name=A&address[country]=AT&address[postal_code]=6691");
        var answer = await CalculateAsync($"currency=eur&line_items[0][amount]=1000&customer={customer.Id}");
        ((string?)answer.Body["customer_details"]!["address"]!["country"], Long(answer, "tax_amount_exclusive")).ShouldBe(("AT", 190));
    }

    private static long Long(RawAnswer answer, string name) => (long)answer.Body[name]!;

    private Task<JsonObject> SetRateAsync(string? percentage) => sandbox.Control.SendAsync(HttpMethod.Post, "/tax", new { country = "DE", percentage }, Cancel);

    private async Task<RawAnswer> CalculateAsync(string form)
    {
        var answer = await Raw.PostAsync("/v1/tax/calculations", form);
        answer.Status.ShouldBe(200, answer.Body.ToJsonString());
        return answer;
    }
}
