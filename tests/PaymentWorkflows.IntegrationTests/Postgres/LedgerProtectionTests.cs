using Npgsql;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>What is in the books stays there, whoever asks.</summary>
public sealed class LedgerProtectionTests(PostgresFixture server) : PostgresTests(server)
{
    private const string HistoryIsAppendOnly = "PW002";

    public static TheoryData<string> History => ["ledger_entries", "ledger_postings", "audit"];

    public static TheoryData<string> Books => [.. History.Select(row => row.Data), "ledger_balance_parts"];

    [Theory]
    [MemberData(nameof(Books))]
    public async Task The_application_cannot_change_what_is_written(string table)
    {
        await FillAsync();
        var before = await RowsAsync(table);

        foreach (var sql in Changes(table))
        {
            (await Sql.RefusedAsync(Database.App, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }

        (await RowsAsync(table)).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(History))]
    public async Task Not_even_the_owner_changes_history_by_a_statement(string table)
    {
        await FillAsync();
        var before = await RowsAsync(table);

        foreach (var sql in Changes(table))
        {
            (await Sql.RefusedAsync(Database.Owner, sql)).ShouldBe(HistoryIsAppendOnly, sql);
        }

        (await RowsAsync(table)).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Books))]
    public async Task The_application_cannot_take_the_protection_away(string table)
    {
        string[] attempts =
        [
            $"ALTER TABLE pay.{table} DISABLE TRIGGER ALL",
            $"ALTER TABLE pay.{table} DISABLE TRIGGER append_only",
            $"DROP TRIGGER append_only ON pay.{table}",
            $"DROP TABLE pay.{table}",
            $"ALTER TABLE pay.{table} OWNER TO pay_app",
            $"CREATE RULE hide AS ON INSERT TO pay.{table} DO INSTEAD NOTHING",
        ];
        foreach (var sql in attempts)
        {
            (await Sql.RefusedAsync(Database.App, sql)).ShouldBeOneOf(PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.UndefinedObject);
        }

        (await Database.ScalarAsync<bool>($"SELECT has_table_privilege('pay_app', 'pay.{table}', 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES')")).ShouldBeFalse();
        (await Database.ScalarAsync<bool>($"SELECT has_any_column_privilege('pay_app', 'pay.{table}', 'UPDATE')")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("SET ROLE pay_owner")]
    [InlineData("DROP SCHEMA pay CASCADE")]
    [InlineData("CREATE OR REPLACE FUNCTION pay.post() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")]
    [InlineData("ALTER FUNCTION pay.refuse_change() RENAME TO allow_change")]
    [InlineData("CREATE TABLE pay.mine (id int)")]
    [InlineData("CREATE TABLE public.mine (id int)")]
    [InlineData("CREATE TEMP TABLE mine (id int)")]
    [InlineData("INSERT INTO pay.ledger_balance_parts VALUES ('acme', '4000', 'eur', 0, 1)")]
    public async Task The_application_finds_no_way_around_the_protection(string sql) =>
        (await Sql.RefusedAsync(Database.App, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    [Fact]
    public async Task A_balance_that_was_changed_behind_the_books_is_reported()
    {
        await FillAsync();
        await Sql.ExecuteAsync(Database.Owner, "UPDATE pay.ledger_balance_parts SET balance = balance + 1 WHERE account = '4000'");

        (await Stores.Ledger.CheckAsync(Cancelled)).DriftedBalances.ShouldBe(["acme 4000 eur"]);
    }

    private static string[] Changes(string table)
    {
        var column = table switch { "ledger_entries" => "kind", "audit" => "event", _ => "account" };
        return
        [
            $"UPDATE pay.{table} SET {column} = 'other'",
            $"UPDATE pay.{table} SET {column} = 'other' WHERE false",
            $"DELETE FROM pay.{table}",
            $"TRUNCATE pay.{table} CASCADE",
        ];
    }

    private Task<IReadOnlyList<string>> RowsAsync(string table) => Database.QueryAsync<string>($"SELECT t::text FROM pay.{table} t ORDER BY 1");

    private async Task FillAsync()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1), checkout.Capture("capture/1", 1000));
        await Stores.Checkouts.AuditAsync(
            new AuditLine { WorkflowId = checkout.WorkflowId, TransactionId = checkout.TransactionId, Event = "hold.opened", Reference = "1" }, Noon, Cancelled);
    }
}
