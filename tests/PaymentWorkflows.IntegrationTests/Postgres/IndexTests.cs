using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using PaymentWorkflows.Postgres;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>
/// No call of a store reads a whole table. The server's own counters tell: how often a table was read through, and how many rows were
/// fetched by way of an index. They count what really ran, with the values it ran with, the statements of triggers included. The calls
/// together send every statement that the built assembly holds, so a new one without a call is noticed.
/// </summary>
public sealed partial class IndexTests(PostgresFixture server) : PostgresTests(server)
{
    private const int Rows = 20_000;

    /// <summary>More than any of these calls has to look at, and far less than the table.</summary>
    private const long FewRows = 1_000;

    private const string CountersSql = """
        SELECT relname::text AS table, seq_scan AS scans, coalesce(idx_tup_fetch, 0) AS rows
        FROM pg_stat_user_tables WHERE schemaname = 'pay' ORDER BY 1
        """;

    /// <summary>Statements that no index is to serve: what they begin with, and why.</summary>
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["SELECT currency, sum(amount)::bigint FROM pay.ledger_postings"] = "a check adds the whole books up",
        ["SELECT DISTINCT entry.reference FROM pay.ledger_entries"] = "a check adds the whole books up",
        ["SELECT concat_ws(' ', coalesce(kept.merchant"] = "a check adds the whole books up",
        ["SELECT substr(account, 6), currency"] = "a check adds the whole books up",
        ["SELECT count(*) FROM pay.ledger_entries"] = "a check adds the whole books up",
        ["SELECT id FROM pay.checkouts LIMIT 1"] = "the first row that comes",
        ["SELECT account, body FROM pay.inbox"] = "a check reads all rows",
        ["SELECT format('%s: %s of %s are promised back'"] = "a check reads all rows",
        ["SELECT format('order %s of %s has %s checkouts"] = "a check reads all rows",
        ["SELECT format('%s: %s captures are in the books'"] = "a check reads all rows",
        ["SELECT 1"] = "no table",
        ["SELECT format(?, VARIADIC ?)"] = "no table",
        ["SELECT EXISTS (SELECT FROM pg_roles"] = "the server's own tables",
        ["SELECT EXISTS (SELECT FROM pg_database"] = "the server's own tables",
    };

    [Fact]
    public async Task No_call_reads_a_whole_table_and_every_statement_of_the_product_is_among_them()
    {
        await FillAsync();
        var statements = new StatementLog();
        await using var counters = await Sql.OpenAsync(Database.Superuser);
        await using var stores = Logged(statements);
        var wrong = new List<string>();
        var before = await ReadsAsync(stores, counters);
        foreach (var (name, call) in Calls())
        {
            await call(stores);
            var after = await ReadsAsync(stores, counters);
            wrong.AddRange(after.Zip(before, (now, then) => now with { Scans = now.Scans - then.Scans, Rows = now.Rows - then.Rows })
                .Where(reads => reads.Scans > 0 || (reads.Rows > FewRows && !ReadsAllThatWaits(name)))
                .Select(reads => $"{name}: {reads}"));
            before = after;
        }

        wrong.ShouldBeEmpty();
        Missing(StatementsOf(typeof(PostgresRegistration).Assembly.Location), statements).ShouldBeEmpty("Statements that no call sends.");
    }

    [Fact]
    public async Task A_call_that_reads_a_whole_table_would_be_noticed()
    {
        var statements = new StatementLog();
        await using var counters = await Sql.OpenAsync(Database.Superuser);
        await using var stores = Logged(statements);
        await stores.Checkouts.WrittenAsync();
        var before = await ReadsAsync(stores, counters);

        await using (var command = stores.Source.CreateCommand("SELECT count(view) FROM pay.checkouts"))
        {
            await command.ExecuteScalarAsync(Cancelled);
        }

        (await ReadsAsync(stores, counters)).Single(reads => reads.Table == "checkouts").Scans.ShouldBe(before.Single(reads => reads.Table == "checkouts").Scans + 1);
        Missing(["SELECT count(view)  FROM pay.checkouts", "SELECT of_nobody FROM pay.checkouts"], statements).ShouldBe(["SELECT of_nobody FROM pay.checkouts"]);
    }

    [Fact]
    public void What_is_left_out_is_still_there()
    {
        var statements = StatementsOf(typeof(PostgresRegistration).Assembly.Location).Select(Plain).ToList();

        statements.Count.ShouldBeGreaterThan(60);
        Exempt.Keys.Where(begin => !statements.Any(statement => statement.StartsWith(begin, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    /// <summary>A count of what waits reads all that waits, by an index that holds nothing else.</summary>
    private static bool ReadsAllThatWaits(string call) => call == "count what waits";

    /// <summary>The stores over a single connection, whose statements are noted.</summary>
    private Stores Logged(StatementLog statements)
    {
        var one = new NpgsqlConnectionStringBuilder(Database.App) { Pooling = true, MaxPoolSize = 1 };
        return new Stores(one.ConnectionString, services => services.AddSingleton(_ => new NpgsqlDataSourceBuilder(one.ConnectionString).UseLoggerFactory(statements).Build()));
    }

    /// <summary>The counters, after the stores' connection has handed its own in.</summary>
    private static async Task<IReadOnlyList<Reads>> ReadsAsync(Stores stores, NpgsqlConnection counters)
    {
        await using (var flush = stores.Source.CreateCommand("SELECT pg_stat_force_next_flush()"))
        {
            await flush.ExecuteScalarAsync(Cancelled);
        }

        return await Sql.QueryAsync<Reads>(counters, CountersSql);
    }

    private static IReadOnlyList<string> Missing(IEnumerable<string> statements, StatementLog sent) =>
        [.. statements.Select(Plain).Where(statement => !Exempt.Keys.Any(begin => statement.StartsWith(begin, StringComparison.Ordinal)) && !sent.Contains(statement))];

    /// <summary>The SQL in a built assembly: every literal that begins like a statement and says more than the verb.</summary>
    private static IReadOnlyList<string> StatementsOf(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var metadata = image.GetMetadataReader();
        var found = new List<string>();
        for (var handle = metadata.GetNextHandle(MetadataTokens.UserStringHandle(0)); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            found.AddRange(metadata.GetUserString(handle).Split(';').Where(statement => Statement().IsMatch(statement)));
        }

        return found;
    }

    /// <summary>Without what differs between the source and the wire: line breaks, and how parameters are named.</summary>
    internal static string Plain(string sql) => Parameters().Replace(Blanks().Replace(sql, " "), "?").Trim();

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s+\S")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"@\w+|\$\d+")]
    private static partial Regex Parameters();

    private sealed record Reads(string Table, long Scans, long Rows);
}
