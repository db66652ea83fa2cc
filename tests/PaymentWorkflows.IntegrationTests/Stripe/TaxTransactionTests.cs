using System.Text.Json.Nodes;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Sales and returns are told to Stripe Tax once, whatever happens on the way.</summary>
[Trait("Category", "Slow")]
public sealed class TaxTransactionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncDisposable
{
    private const string Commits = "/v1/tax/transactions/create_from_calculation";
    private const string Reversals = "/v1/tax/transactions/create_reversal";

    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process, TimeSpan.FromSeconds(2.5));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        adapter.Dispose();
        await sandbox.Control.ClearFaultsAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_sale_is_committed_once_and_carries_our_key_and_transaction()
    {
        var calculation = await CalculateAsync();
        var theirNow = (string?)(await sandbox.Control.TruthAsync(Cancel))["now"];
        var request = TaxOrders.Commit(calculation, at: DateTimeOffset.Parse(theirNow!, System.Globalization.CultureInfo.InvariantCulture));
        var first = await CommitAsync(request);
        (await CommitAsync(request)).ShouldBe(first);
        var told = (await ToldAsync(request.Key)).ShouldHaveSingleItem();
        ((string?)told["id"], (string?)told["metadata"]!["transaction_id"], (long)told["posted_at"]!).ShouldBe((first, TaxOrders.Transaction.Value, request.PostedAt.ToUnixTimeSeconds()));
        adapter.TaxStore.Rows[request.Key.Value].Verdict.ShouldBe(new StepVerdict.Done(first));
    }

    [Fact]
    public async Task A_sale_of_more_lines_than_an_answer_shows_is_known_to_its_whole_amount()
    {
        var lines = Enumerable.Range(1, 25).Select(number => TaxOrders.Goods(number * 100)).ToArray();
        var calculation = await adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("DE"), TaxBehavior.Exclusive, "eur", lines), Cancel);
        calculation.Total.ShouldBe(Orders.Eur(38_675));
        var request = TaxOrders.Commit(calculation.Reference);
        await CommitAsync(request);
        adapter.TaxStore.Totals[request.Key.Value].ShouldBe(Orders.Eur(38_675));
    }

    [Fact]
    public async Task A_process_that_died_between_the_answer_and_its_row_finds_the_sale_again()
    {
        var request = TaxOrders.Commit(await CalculateAsync());
        adapter.TaxStore.LoseNextRecord = true;
        await Should.ThrowAsync<InvalidOperationException>(() => adapter.Taxes.CommitAsync(request, Cancel));
        var found = await CommitAsync(request);
        ((string?)(await ToldAsync(request.Key)).ShouldHaveSingleItem()["id"]).ShouldBe(found);
    }

    [Fact]
    public async Task A_sale_whose_key_the_engine_has_forgotten_is_found_by_its_reference()
    {
        var request = TaxOrders.Commit(await CalculateAsync());
        adapter.TaxStore.LoseNextRecord = true;
        await Should.ThrowAsync<InvalidOperationException>(() => adapter.Taxes.CommitAsync(request, Cancel));
        adapter.Clock.Advance(TimeSpan.FromHours(25));
        await sandbox.Control.AdvanceAsync(TimeSpan.FromHours(25), Cancel);
        var found = await CommitAsync(request);
        ((string?)(await ToldAsync(request.Key)).ShouldHaveSingleItem()["id"]).ShouldBe(found);
    }

    [Theory]
    [InlineData("commit_then_hang")]
    [InlineData("commit_then_reset")]
    [InlineData("hang_then_drop")]
    [InlineData("stored_500")]
    [InlineData("unavailable")]
    public async Task An_answer_that_never_came_makes_no_second_sale(string kind)
    {
        foreach (var committed in new[] { true, false })
        {
            var request = TaxOrders.Commit(await CalculateAsync());
            await sandbox.Control.AddFaultAsync(new { kind, committed, match = new { method = "POST", path = Commits } }, Cancel);
            await Should.ThrowAsync<TaxUnresolvedException>(() => adapter.Taxes.CommitAsync(request, Cancel));
            var found = await CommitAsync(request);
            ((string?)(await ToldAsync(request.Key)).ShouldHaveSingleItem($"{kind} {committed}")["id"]).ShouldBe(found);
        }
    }

    [Fact]
    public async Task An_expired_calculation_is_told_to_the_saga_and_the_one_made_anew_is_committed_under_the_same_key()
    {
        var key = Orders.NewKey("tax");
        var sold = DateTimeOffset.UtcNow;
        var old = TaxOrders.Commit(await CalculateAsync(), key, sold);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromDays(91), Cancel);
        (await adapter.Taxes.CommitAsync(old, Cancel)).ShouldBeOfType<StepVerdict.Refused>().Code.ShouldBe(TaxRefusals.CalculationExpired);

        // The sale is older than the new calculation, which the engine does not allow: it is posted as of now.
        var id = await CommitAsync(TaxOrders.Commit(await CalculateAsync(), key, sold));
        ((string?)(await ToldAsync(key)).ShouldHaveSingleItem()["id"]).ShouldBe(id);
    }

    [Fact]
    public async Task A_refused_key_is_refused_and_after_the_repair_committed()
    {
        var request = TaxOrders.Commit(await CalculateAsync());
        await sandbox.Control.AddFaultAsync(new { kind = "unauthorized", match = new { method = "POST", path = Commits } }, Cancel);
        (await adapter.Taxes.CommitAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Refused>().Code.ShouldBe(TaxRefusals.Credentials);
        await CommitAsync(request);
        (await ToldAsync(request.Key)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Parts_are_taken_back_once_each_and_then_all_that_is_left()
    {
        var total = Orders.Eur(1_190);
        var original = await CommitAsync(TaxOrders.Commit(await CalculateAsync()));
        var part = TaxOrders.Reverse(original, Orders.Eur(500));
        var first = await ReverseAsync(part);
        (await ReverseAsync(part)).ShouldBe(first);
        adapter.TaxStore.Left = new TaxLeft(total, Orders.Eur(500));
        var rest = TaxOrders.Reverse(original, null);
        var second = await ReverseAsync(rest);
        second.ShouldNotBe(first);
        (Sum(await ToldAsync(part.Key)), Sum(await ToldAsync(rest.Key))).ShouldBe((-500, -690));

        adapter.TaxStore.Left = new TaxLeft(total, total);
        (await adapter.Taxes.ReverseAsync(TaxOrders.Reverse(original, null), Cancel)).ShouldBe(new StepVerdict.Done(null));
        (await adapter.Taxes.ReverseAsync(TaxOrders.Reverse(original, Orders.Eur(1)), Cancel)).ShouldBeOfType<StepVerdict.Refused>();
    }

    [Theory]
    [InlineData("commit_then_hang")]
    [InlineData("commit_then_reset")]
    [InlineData("stored_500")]
    public async Task A_whole_sale_is_taken_back_once_whatever_was_answered(string kind)
    {
        var original = await CommitAsync(TaxOrders.Commit(await CalculateAsync()));
        var request = TaxOrders.Reverse(original, null);
        await sandbox.Control.AddFaultAsync(new { kind, committed = true, match = new { method = "POST", path = Reversals } }, Cancel);
        await Should.ThrowAsync<TaxUnresolvedException>(() => adapter.Taxes.ReverseAsync(request, Cancel));
        await ReverseAsync(request);
        var told = (await ToldAsync(request.Key)).ShouldHaveSingleItem();
        (Sum([told]), (string?)told["reversal"]!["original_transaction"]).ShouldBe((-1_190, original));
    }

    [Fact]
    public async Task A_reference_that_the_engine_has_and_does_not_name_is_for_a_person_in_the_end()
    {
        await using var responder = new Responder(Reply.Error(400, "resource_already_exists", more: ",\"param\":\"reference\""));
        using var told = StripeAdapter.For(responder.Address);
        var request = TaxOrders.Commit("taxcalc_1");
        await Should.ThrowAsync<TaxUnresolvedException>(() => told.Taxes.CommitAsync(request, Cancel));
        told.Clock.Advance(TimeSpan.FromHours(2));
        (await told.Taxes.CommitAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Unknown>().Message.ShouldContain(request.Key.Value);
    }

    private static long Sum(IReadOnlyList<JsonNode> told) =>
        told.SelectMany(one => one["line_items"]!["data"]!.AsArray()).Sum(line => (long)line!["amount"]! + (long)line["amount_tax"]!);

    private async Task<string> CalculateAsync() =>
        (await adapter.Taxes.CalculateAsync(TaxOrders.Of(adapter.Directory.Add("DE"), TaxBehavior.Exclusive), Cancel)).Reference;

    private async Task<string> CommitAsync(CommitTaxRequest request) => (await adapter.Taxes.CommitAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Done>().Reference.ShouldNotBeNull();

    private async Task<string> ReverseAsync(ReverseTaxRequest request) => (await adapter.Taxes.ReverseAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Done>().Reference.ShouldNotBeNull();

    private async Task<IReadOnlyList<JsonNode>> ToldAsync(AttemptKey key) =>
        [.. (await sandbox.Control.TruthAsync(Cancel))["tax_transactions"]!.AsArray().Where(one => (string?)one!["reference"] == key.Value).Select(one => one!)];
}
