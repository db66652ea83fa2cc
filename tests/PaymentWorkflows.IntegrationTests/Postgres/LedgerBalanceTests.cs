using System.Globalization;
using Npgsql;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>The database refuses what does not balance, whatever code sends it.</summary>
public sealed class LedgerBalanceTests(PostgresFixture server) : PostgresTests(server)
{
    private const string Unbalanced = "PW003";
    private const string NoPostings = "PW004";

    [Fact]
    public async Task An_entry_that_balances_is_booked_with_its_balances()
    {
        await Sql.ExecuteAsync(Database.App, Book("r1", ("1010.stripe", "eur", 90), ("6000", "eur", 10), ("4000", "eur", -100)));

        (await BalancesAsync()).ShouldBe(["1010.stripe eur 90", "4000 eur -100", "6000 eur 10"]);
    }

    [Fact]
    public async Task An_entry_may_hold_several_currencies_that_balance_each()
    {
        await Sql.ExecuteAsync(Database.App, Book("r1", ("1010.stripe", "eur", 90), ("4000", "eur", -90), ("1000", "usd", 7), ("7000", "usd", -7)));

        (await Stores.Ledger.CheckAsync(Cancelled)).CurrencySums.ShouldBe(new Dictionary<string, long> { ["eur"] = 0, ["usd"] = 0 });
    }

    [Fact]
    public async Task An_entry_that_does_not_balance_is_refused() =>
        await RefusedAsync(Unbalanced, Book("r1", ("1010.stripe", "eur", 100), ("4000", "eur", -99)));

    [Fact]
    public async Task An_entry_that_balances_only_across_currencies_is_refused() =>
        await RefusedAsync(Unbalanced, Book("r1", ("1010.stripe", "eur", 100), ("4000", "usd", -100)));

    [Fact]
    public async Task Two_entries_that_balance_only_together_are_refused() =>
        await RefusedAsync(Unbalanced, Book(("r1", "1010.stripe", "eur", 100), ("r2", "4000", "eur", -100)));

    [Fact]
    public async Task A_good_entry_does_not_carry_a_bad_one_of_the_same_statement() =>
        await RefusedAsync(Unbalanced, Book(("r1", "1010.stripe", "eur", 100), ("r1", "4000", "eur", -100), ("r2", "4000", "eur", 1), ("r2", "4000", "eur", 1)));

    [Fact]
    public async Task An_entry_whose_halves_come_in_two_statements_is_refused_at_the_first() =>
        await RefusedAsync(Unbalanced, "BEGIN; " + Book("r1", ("1010.stripe", "eur", 100)) + "; " + More("r1", 2, ("4000", "eur", -100)) + "; COMMIT");

    [Fact]
    public async Task A_posting_of_nothing_is_refused() =>
        await RefusedAsync(PostgresErrorCodes.CheckViolation, Book("r1", ("1010.stripe", "eur", 0), ("4000", "eur", 0)));

    [Fact]
    public async Task A_posting_without_an_entry_is_refused() => await RefusedAsync(
        PostgresErrorCodes.ForeignKeyViolation, "INSERT INTO pay.ledger_postings (entry_id, line, merchant, account, currency, amount) VALUES (999, 1, 'acme', '4000', 'eur', 5)");

    [Fact]
    public async Task An_entry_without_postings_is_refused_when_it_is_committed()
    {
        await using var connection = await Sql.OpenAsync(Database.App);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await using (var insert = new NpgsqlCommand(Entry("r1"), connection, transaction))
        {
            await insert.ExecuteNonQueryAsync(Cancelled);
        }

        (await Should.ThrowAsync<PostgresException>(() => transaction.CommitAsync(Cancelled))).SqlState.ShouldBe(NoPostings);
        (await Database.CountAsync("ledger_entries")).ShouldBe(0);
    }

    [Fact]
    public async Task A_later_addition_cannot_unbalance_an_entry()
    {
        await Sql.ExecuteAsync(Database.App, Book("r1", ("1010.stripe", "eur", 100), ("4000", "eur", -100)));

        (await Sql.RefusedAsync(Database.App, More("r1", 3, ("6000", "eur", 10)))).ShouldBe(Unbalanced);

        (await BalancesAsync()).ShouldBe(["1010.stripe eur 100", "4000 eur -100"]);
    }

    [Fact]
    public async Task A_later_addition_that_balances_is_booked_and_the_balances_follow()
    {
        await Sql.ExecuteAsync(Database.App, Book("r1", ("1010.stripe", "eur", 100), ("4000", "eur", -100)));

        await Sql.ExecuteAsync(Database.App, More("r1", 3, ("6000", "eur", 10), ("1010.stripe", "eur", -10)));

        (await BalancesAsync()).ShouldBe(["1010.stripe eur 90", "4000 eur -100", "6000 eur 10"]);
        var check = await Stores.Ledger.CheckAsync(Cancelled);
        check.Unbalanced.ShouldBeEmpty();
        check.DriftedBalances.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bulk_copy_is_held_to_the_same_rule()
    {
        await Sql.ExecuteAsync(Database.App, Book("r1", ("1010.stripe", "eur", 100), ("4000", "eur", -100)));
        await using var connection = await Sql.OpenAsync(Database.App);

        var refusal = await Should.ThrowAsync<PostgresException>(async () =>
        {
            await using var copy = await connection.BeginTextImportAsync("COPY pay.ledger_postings FROM STDIN", Cancelled);
            await copy.WriteLineAsync("1\t3\tacme\t4000\teur\t5");
        });

        refusal.SqlState.ShouldBe(Unbalanced);
        (await Database.CountAsync("ledger_postings")).ShouldBe(2);
    }

    private Task<IReadOnlyList<string>> BalancesAsync() =>
        Database.QueryAsync<string>($"SELECT account || ' ' || currency || ' ' || balance FROM pay.ledger_balances WHERE merchant = 'acme' ORDER BY 1");

    private async Task RefusedAsync(string state, string sql)
    {
        (await Sql.RefusedAsync(Database.App, sql)).ShouldBe(state);
        foreach (var table in new[] { "ledger_entries", "ledger_postings", "ledger_balances" })
        {
            (await Database.CountAsync(table)).ShouldBe(0, table);
        }
    }

    private static string Entry(params IEnumerable<string> references) =>
        "INSERT INTO pay.ledger_entries (reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at) VALUES "
        + string.Join(", ", references.Select(reference => $"('{reference}', 'capture', 'acme', 'txn_1', now(), '', now())"));

    private static string Book(string reference, params (string Account, string Currency, long Amount)[] postings) =>
        Book([.. postings.Select(posting => (reference, posting.Account, posting.Currency, posting.Amount))]);

    private static string Book(params (string Reference, string Account, string Currency, long Amount)[] postings) =>
        $"WITH entry AS ({Entry(postings.Select(posting => posting.Reference).Distinct())} RETURNING id, reference) " + Postings(postings, 1, "entry");

    private static string More(string reference, int line, params (string Account, string Currency, long Amount)[] postings) =>
        Postings([.. postings.Select(posting => (reference, posting.Account, posting.Currency, posting.Amount))], line, "pay.ledger_entries");

    private static string Postings((string Reference, string Account, string Currency, long Amount)[] postings, int line, string entries)
    {
        var values = postings.Select((posting, index) => string.Create(
            CultureInfo.InvariantCulture, $"('{posting.Reference}', {line + index}, '{posting.Account}', '{posting.Currency}', {posting.Amount})"));
        return "INSERT INTO pay.ledger_postings (entry_id, line, merchant, account, currency, amount) "
            + $"SELECT id, line, 'acme', account, currency, amount FROM (VALUES {string.Join(", ", values)}) AS posting (reference, line, account, currency, amount) JOIN {entries} USING (reference)";
    }
}
