using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Tax transactions and their reversals.</summary>
public sealed class TaxTransactionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task A_calculation_becomes_a_transaction_once_per_reference()
    {
        var calculation = await CalculateAsync();
        var reference = Reference();
        var made = await Raw.PostAsync("/v1/tax/transactions/create_from_calculation", $"calculation={calculation.Id}&reference={reference}&metadata[order]=7");
        made.Status.ShouldBe(200, made.Body.ToJsonString());
        ResponseSchemas.Problems("tax.transaction", made.Body).ShouldBeEmpty();
        (made.Text("type"), made.Text("reference"), made.Body["line_items"]!["data"]!.AsArray().Count).ShouldBe(("transaction", reference, 2));
        (await Raw.GetAsync($"/v1/tax/transactions/{made.Id}")).Body.ToJsonString().ShouldBe(made.Body.ToJsonString());
        var lines = await Raw.GetAsync($"/v1/tax/transactions/{made.Id}/line_items");
        ResponseSchemas.Problems("tax.transaction_line_item", lines.Body["data"]![0]).ShouldBeEmpty();

        var again = await Raw.PostAsync("/v1/tax/transactions/create_from_calculation", $"calculation={calculation.Id}&reference={reference}");
        (again.Status, (string?)again.Error["code"], (string?)again.Error["param"]).ShouldBe((400, "resource_already_exists", "reference"));
        var reversal = await Raw.PostAsync("/v1/tax/transactions/create_reversal", $"mode=full&original_transaction={made.Id}&reference={reference}");
        ((string?)reversal.Error["code"]).ShouldBe("resource_already_exists");
        var truth = await sandbox.Control.TruthAsync(Cancel);
        truth["tax_transactions"]!.AsArray().Count(one => (string?)one!["reference"] == reference).ShouldBe(1);
    }

    [Fact]
    public async Task An_expired_calculation_is_gone()
    {
        var calculation = await CalculateAsync();
        await sandbox.Control.AdvanceAsync(TimeSpan.FromDays(91), Cancel);
        var refused = await Raw.PostAsync("/v1/tax/transactions/create_from_calculation", $"calculation={calculation.Id}&reference={Reference()}");
        (refused.Status, (string?)refused.Error["code"], (string?)refused.Error["param"]).ShouldBe((400, "resource_missing", "calculation"));
        (await Raw.GetAsync($"/v1/tax/calculations/{calculation.Id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_full_reversal_takes_all_back_once()
    {
        var made = await CommitAsync();
        var reversal = await Raw.PostAsync("/v1/tax/transactions/create_reversal", $"mode=full&original_transaction={made.Id}&reference={Reference()}");
        reversal.Status.ShouldBe(200, reversal.Body.ToJsonString());
        ResponseSchemas.Problems("tax.transaction", reversal.Body).ShouldBeEmpty();
        (reversal.Text("type"), (string?)reversal.Body["reversal"]!["original_transaction"], (long)reversal.Body["shipping_cost"]!["amount"]!).ShouldBe(("reversal", made.Id, -500));
        Sums(reversal).ShouldBe((-2000, -260));
        var again = await Raw.PostAsync("/v1/tax/transactions/create_reversal", $"mode=full&original_transaction={made.Id}&reference={Reference()}");
        again.Status.ShouldBe(400);
        (await Raw.PostAsync("/v1/tax/transactions/create_reversal", $"mode=full&original_transaction={reversal.Id}&reference={Reference()}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Partial_reversals_are_spread_in_proportion_and_add_up_to_the_whole_to_the_cent()
    {
        var made = await CommitAsync();
        const long Whole = 2000 + 260 + 500 + 95;
        var (amount, tax) = (0L, 0L);
        foreach (var part in new[] { 333L, 1, 1000, Whole - 1334 })
        {
            var reversal = await Raw.PostAsync(
                "/v1/tax/transactions/create_reversal", $"mode=partial&original_transaction={made.Id}&reference={Reference()}&flat_amount=-{part}");
            reversal.Status.ShouldBe(200, reversal.Body.ToJsonString());
            var (lines, taxes) = Sums(reversal);
            var shipping = reversal.Body["shipping_cost"];
            lines += shipping is null ? 0 : (long)shipping["amount"]!;
            taxes += shipping is null ? 0 : (long)shipping["amount_tax"]!;
            (lines + taxes).ShouldBe(-part);
            (amount, tax) = (amount + lines, tax + taxes);
        }

        (amount, tax).ShouldBe((-2500, -355));
        var more = await Raw.PostAsync("/v1/tax/transactions/create_reversal", $"mode=partial&original_transaction={made.Id}&reference={Reference()}&flat_amount=-1");
        (more.Status, (string?)more.Error["param"]).ShouldBe((400, "flat_amount"));
    }

    [Fact]
    public async Task Lines_can_be_reversed_by_name_but_not_beyond_what_they_had()
    {
        var made = await CommitAsync();
        var line = (string)made.Body["line_items"]!["data"]![0]!["id"]!;
        string Form(long amount, long tax) => $"mode=partial&original_transaction={made.Id}&reference={Reference()}&line_items[0][amount]={amount}&line_items[0][amount_tax]={tax}&line_items[0][original_line_item]={line}&line_items[0][reference]=r";
        var reversal = await Raw.PostAsync("/v1/tax/transactions/create_reversal", Form(-400, -76));
        ((string?)reversal.Body["line_items"]!["data"]![0]!["reversal"]!["original_line_item"]).ShouldBe(line);
        ResponseSchemas.Problems("tax.transaction", reversal.Body).ShouldBeEmpty();
        (await Raw.PostAsync("/v1/tax/transactions/create_reversal", Form(-601, 0))).Status.ShouldBe(400);
        (await Raw.PostAsync("/v1/tax/transactions/create_reversal", Form(400, 76))).Status.ShouldBe(400);
        (await Raw.PostAsync("/v1/tax/transactions/create_reversal", Form(-600, -114))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_repeat_with_the_key_is_one_transaction_and_a_lost_answer_leaves_one()
    {
        var calculation = await CalculateAsync();
        var (reference, key) = (Reference(), Guid.NewGuid().ToString());
        var form = $"calculation={calculation.Id}&reference={reference}";
        await sandbox.Control.AddFaultAsync(new { kind = "commit_then_reset", match = new { method = "POST", path = "/v1/tax/transactions/**" } }, Cancel);
        await Should.ThrowAsync<HttpRequestException>(() => Raw.PostAsync("/v1/tax/transactions/create_from_calculation", form, key));
        var repeat = await Raw.PostAsync("/v1/tax/transactions/create_from_calculation", form, key);
        (repeat.Status, repeat.Headers["Idempotent-Replayed"]).ShouldBe((200, "true"));
        (await Raw.GetAsync($"/v1/tax/transactions/{repeat.Id}")).Text("reference").ShouldBe(reference);
    }

    private static string Reference() => Guid.NewGuid().ToString("N");

    private static (long Amount, long Tax) Sums(RawAnswer answer)
    {
        var lines = answer.Body["line_items"]!["data"]!.AsArray();
        return (lines.Sum(line => (long)line!["amount"]!), lines.Sum(line => (long)line!["amount_tax"]!));
    }

    private async Task<RawAnswer> CalculateAsync()
    {
        var answer = await Raw.PostAsync(
            "/v1/tax/calculations",
            "currency=eur&line_items[0][amount]=1000&line_items[1][amount]=1000&line_items[1][tax_code]=txcd_35010000&shipping_cost[amount]=500&customer_details[address][country]=DE&customer_details[address_source]=billing");
        answer.Status.ShouldBe(200, answer.Body.ToJsonString());
        return answer;
    }

    private async Task<RawAnswer> CommitAsync() =>
        await Raw.PostAsync("/v1/tax/transactions/create_from_calculation", $"calculation={(await CalculateAsync()).Id}&reference={Reference()}");
}
