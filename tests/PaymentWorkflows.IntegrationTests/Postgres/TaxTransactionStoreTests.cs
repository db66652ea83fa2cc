using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>What is written about each sale and return that a tax engine is told of.</summary>
public sealed class TaxTransactionStoreTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly AttemptKey Key = AttemptKey.Parse("checkout/acme/order-1:tax:1");
    private static readonly TaxDraft Draft = new(Key, "commit", "hash", "calc_1", "stripe", TransactionId.Parse("txn_1"), null);
    private static readonly StepVerdict Open = new StepVerdict.Unknown("No answer.");

    private ITaxTransactionStore Store => Stores.Taxes;

    [Fact]
    public async Task What_many_claim_at_once_belongs_to_one()
    {
        ITaxTransactionStore[] processes = [Store, Database.Open().Taxes];
        var claims = await Task.WhenAll(Enumerable.Range(0, 30).Select(caller => processes[caller % 2].ClaimAsync(Draft, Noon.AddSeconds(caller), Cancelled)));
        claims.Count(claim => claim.IsNew).ShouldBe(1);
        claims.Select(claim => claim.Row).Distinct().Count().ShouldBe(1);
        claims[0].Row.ShouldSatisfyAllConditions(
            row => (row.Key, row.RequestHash, row.Content, row.SendNumber, row.KeyIsSpent).ShouldBe((Key, "hash", "calc_1", 0, false)), row => row.Verdict.ShouldBeNull());
    }

    [Fact]
    public async Task Each_outcome_is_read_back_and_a_done_one_stays()
    {
        await Store.ClaimAsync(Draft, Noon, Cancelled);
        StepVerdict[] verdicts = [Open, new StepVerdict.Refused("calculation_expired", "Gone."), new StepVerdict.Done("tax_1")];
        foreach (var verdict in verdicts)
        {
            (await Store.RecordAsync(Key, new TaxAnswer(verdict, null, KeyIsSpent: true), Noon.AddSeconds(1), Cancelled)).ShouldBe(verdict);
            (await ReadAsync()).ShouldSatisfyAllConditions(row => row.Verdict.ShouldBe(verdict), row => row.KeyIsSpent.ShouldBeTrue());
        }

        (await Store.RecordAsync(Key, new TaxAnswer(Open, null, KeyIsSpent: false), Noon.AddSeconds(2), Cancelled)).ShouldBe(verdicts[^1]);
        (await Store.ResendAsync(Key, 5, "calc_2", Noon, Cancelled)).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => Store.RecordAsync(Key.Undo(), new TaxAnswer(Open, null, false), Noon, Cancelled));
    }

    [Fact]
    public async Task The_send_number_only_grows_and_a_send_takes_its_content_along()
    {
        await Store.ClaimAsync(Draft, Noon, Cancelled);
        await Store.RecordAsync(Key, new TaxAnswer(Open, null, KeyIsSpent: true), Noon, Cancelled);
        (await Store.ResendAsync(Key, 2, "calc_2", Noon.AddMinutes(1), Cancelled)).ShouldBeTrue();
        (await Store.ResendAsync(Key, 1, "calc_1", Noon.AddMinutes(2), Cancelled)).ShouldBeFalse();
        var row = await ReadAsync();
        (row.SendNumber, row.Content, row.KeyIsSpent, row.ProviderKey, row.LastSentAt).ShouldBe((2, "calc_2", false, $"{Key}#2", Noon.AddMinutes(1)));
    }

    [Fact]
    public async Task What_is_left_of_a_sale_is_its_total_without_what_was_taken_back()
    {
        (await Store.LeftOfAsync("tax_1", Cancelled)).ShouldBeNull();
        await WriteAsync(Draft, new StepVerdict.Done("tax_1"), 1_190);
        (await Store.LeftOfAsync("tax_1", Cancelled)).ShouldBe(new TaxLeft(Eur(1_190), Eur(0)));
        await WriteAsync(Reversal("back-1"), new StepVerdict.Done("tax_2"), 500);
        await WriteAsync(Reversal("back-2"), new StepVerdict.Done("tax_3"), 90);
        await WriteAsync(Reversal("back-3"), Open, 600);
        (await Store.LeftOfAsync("tax_1", Cancelled)).ShouldBe(new TaxLeft(Eur(1_190), Eur(590)));
    }

    [Fact]
    public async Task The_application_can_neither_delete_nor_change_what_a_key_stands_for()
    {
        await Store.ClaimAsync(Draft, Noon, Cancelled);
        (await Sql.RefusedAsync(Database.App, "DELETE FROM pay.tax_transactions")).ShouldBe("42501");
        (await Sql.RefusedAsync(Database.App, "UPDATE pay.tax_transactions SET request_hash = 'other'")).ShouldBe("42501");
        (await Sql.RefusedAsync(Database.App, "UPDATE pay.tax_transactions SET transaction_id = 'txn_2'")).ShouldBe("42501");
    }

    private static Money Eur(long minor) => new(minor, Currency.Parse("eur"));

    private static TaxDraft Reversal(string key) => Draft with { Key = AttemptKey.Parse(key), Kind = "reversal", Original = "tax_1" };

    private async Task WriteAsync(TaxDraft draft, StepVerdict verdict, long total)
    {
        await Store.ClaimAsync(draft, Noon, Cancelled);
        await Store.RecordAsync(draft.Key, new TaxAnswer(verdict, Eur(total), KeyIsSpent: true), Noon, Cancelled);
    }

    private async Task<TaxTransactionRow> ReadAsync() => (await Store.ClaimAsync(Draft, Noon, Cancelled)).Row;
}
