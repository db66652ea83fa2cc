using System.Text.Json;
using PaymentWorkflows.Cli.Bench.Checkout;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Bench;

/// <summary>The look at the money of the DBOS saga that <c>pay bench checkout</c> measures.</summary>
public class DbosBooksTests
{
    private const string Right = """{ "order": "run-1", "entries": 1, "sum": 0, "clearing": 4662 }""";

    [Fact]
    public void An_order_that_is_charged_once_and_booked_once_is_right() => Problems([Charge("run-1")], [Right]).ShouldBeEmpty();

    [Fact]
    public void Orders_of_other_runs_are_not_looked_at() => Problems([Charge("run-1"), Charge("earlier-1")], [Right]).ShouldBeEmpty();

    [Theory]
    [InlineData(0, "charged 0 times")]
    [InlineData(2, "charged 2 times")]
    public void An_order_that_is_not_charged_once_is_wrong(int charges, string words) =>
        Problems([.. Enumerable.Repeat(Charge("run-1"), charges)], [Right]).ShouldHaveSingleItem().ShouldContain(words);

    [Theory]
    [InlineData("""{ "order": "run-1", "entries": 2, "sum": 0, "clearing": 4662 }""", "booked 2 times")]
    [InlineData("""{ "order": "run-1", "entries": 1, "sum": 1, "clearing": 4662 }""", "add up to 1")]
    [InlineData("""{ "order": "run-1", "entries": 1, "sum": 0, "clearing": 4661 }""", "4661 owed by the provider, which owes 4662")]
    public void An_order_that_is_booked_otherwise_than_charged_is_wrong(string booked, string words) =>
        Problems([Charge("run-1")], [booked]).ShouldHaveSingleItem().ShouldContain(words);

    [Fact]
    public void An_order_that_is_charged_and_not_booked_is_wrong() => Problems([Charge("run-1")], []).ShouldHaveSingleItem().ShouldContain("is not booked");

    [Fact]
    public void Money_that_went_back_is_wrong() => Problems([Charge("run-1", refunded: 1)], [Right]).ShouldHaveSingleItem();

    [Fact]
    public void A_charge_for_an_order_that_nobody_was_answered_is_wrong() =>
        Problems([Charge("run-1"), Charge("run-2")], [Right]).ShouldHaveSingleItem().ShouldContain("run-2 was never answered");

    private static string Charge(string order, int refunded = 0) =>
        $$"""{ "metadata": { "order": "{{order}}" }, "charges": [{ "id": "ch_{{order}}", "captured": 4758, "refunded": {{refunded}} }] }""";

    private static IReadOnlyList<string> Problems(string[] intents, string[] booked)
    {
        const string Owed = """[{ "source": "ch_run-1", "net": 4662 }, { "source": "ch_run-2", "net": 4662 }, { "source": null, "net": 1 }]""";
        var truth = $$"""{ "payment_intents": [{{string.Join(',', intents)}}], "balance_transactions": {{Owed}} }""";
        return DbosBooks.Problems(["run-1"], "run-", JsonElement.Parse(truth), JsonElement.Parse($$"""{ "orders": [{{string.Join(',', booked)}}] }"""));
    }
}
