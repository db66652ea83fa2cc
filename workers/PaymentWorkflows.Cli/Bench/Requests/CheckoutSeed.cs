using System.Globalization;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Bench.Requests;

/// <summary>
/// Fills a stack's database with finished checkouts: buys one for real, waits until all it leaves is there, and multiplies its rows in every
/// table, ten seconds apart, with names of their own: a merchant for every 100 to 1,000 of them, 100,000 customers, keys of the last 30 days.
/// </summary>
internal sealed class CheckoutSeed(BenchStack stack, int count, IProgress progress)
{
    private const string Merchant = "seedmerchant";
    private const string ScriptName = "seed.sql";

    /// <summary>How many copies a key's 30 days hold.</summary>
    private const int KeptKeys = 30 * 24 * 360;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Which tables are filled beside each other: as many lists as a small machine has processors, of about the same length.</summary>
    private static readonly string[][] Tables = [["checkouts", "idempotency_keys", "customers", "tax_transactions"], ["payment_attempts", "inbox", "outbox", "ledger_entries", "erp_documents"]];

    /// <summary>What the clearing account at the provider holds for the real checkout: what was paid without the fee.</summary>
    private const string ClearedSql = "SELECT sum(amount) FROM bench_seed.ledger_postings WHERE account LIKE '1010.%'";

    /// <summary>As many that each has pages full of checkouts, however few there are.</summary>
    private readonly int merchants = Math.Clamp(count / 100, 1, 1_000);

    /// <summary>The merchant of a copy.</summary>
    public string MerchantOf(int number) => string.Create(CultureInfo.InvariantCulture, $"seed_{number % merchants}");

    /// <summary>The id of a copy.</summary>
    public static string Checkout(int number) => string.Create(CultureInfo.InvariantCulture, $"chk_seed{number:000000000}");

    /// <summary>Fills it; gives what the clearing account at the provider holds for each copy, in minor units.</summary>
    /// <exception cref="StackException">The real checkout was not paid, or a statement failed.</exception>
    public async Task<long> FillAsync(CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        using var gateway = new GatewayClient(stack.Options.Gateway);
        await BuyAsync(gateway, cancellationToken).ConfigureAwait(false);
        var programs = await new ProgramFinder(stack.Options, RepositoryLayout.Current, progress).FindPostgresAsync(cancellationToken).ConfigureAwait(false);
        var tools = await PostgresTools.OpenAsync(stack.Options, programs.Path, cancellationToken).ConfigureAwait(false);
        Task<string> RunAsync(string sql) => tools.SqlAsync(stack.Options.Postgres.Database, sql, cancellationToken);

        // The write-ahead log of the filling alone: a checkpoint every gigabyte would write every page again and again.
        await RunAsync("ALTER SYSTEM SET max_wal_size = '16GB'").ConfigureAwait(false);
        await RunAsync("ALTER SYSTEM SET autovacuum = off").ConfigureAwait(false);
        await RunAsync("SELECT pg_reload_conf()").ConfigureAwait(false);
        await RunAsync(Script()).ConfigureAwait(false);
        var cleared = long.Parse(await RunAsync(ClearedSql).ConfigureAwait(false), CultureInfo.InvariantCulture);
        await Task.WhenAll(Tables.Select(tables => RunAsync(string.Join(";\n", tables.Select(Multiply))))).ConfigureAwait(false);
        progress.Say($"{count} checkouts with their attempts, events, notices, documents and entries after {Seconds(begin)} s");
        await RunAsync(PostingsSql).ConfigureAwait(false);
        await Task.WhenAll(Tables.Select(tables => RunAsync($"SELECT bench_seed.index('{{{string.Join(',', tables)}}}')"))).ConfigureAwait(false);
        progress.Say($"postings, balances and indexes after {Seconds(begin)} s");
        await RunAsync("DROP SCHEMA bench_seed CASCADE").ConfigureAwait(false);
        await Task.WhenAll(Tables.Select(tables => RunAsync($"VACUUM (ANALYZE) {string.Join(", ", tables.Select(table => $"pay.{table}"))}"))).ConfigureAwait(false);
        await RunAsync("VACUUM (ANALYZE) pay.ledger_postings, pay.ledger_balance_parts").ConfigureAwait(false);
        await RunAsync("ALTER SYSTEM RESET ALL").ConfigureAwait(false);
        await RunAsync("SELECT pg_reload_conf()").ConfigureAwait(false);
        await RunAsync("CHECKPOINT").ConfigureAwait(false);
        progress.Say($"filled after {Seconds(begin)} s: {await tools.SqlAsync(stack.Options.Postgres.Database, "SELECT pg_size_pretty(pg_database_size(current_database()))", cancellationToken).ConfigureAwait(false)}".TrimEnd());
        return cleared;
    }

    private const string PostingsSql = """
        SET session_replication_role = replica;
        SET synchronous_commit = off;
        INSERT INTO pay.ledger_postings (entry_id, line, merchant, account, currency, amount)
        SELECT entry.id, posting.line, entry.merchant, posting.account, posting.currency, posting.amount
        FROM pay.ledger_entries AS entry, bench_seed.ledger_postings AS posting WHERE entry.transaction_id LIKE 'txn\_seed%' ORDER BY entry.id, posting.line;
        INSERT INTO pay.ledger_balance_parts (merchant, account, currency, part, balance)
        SELECT merchant, account, currency, 0, sum(amount) FROM pay.ledger_postings WHERE merchant LIKE 'seed\_%' GROUP BY merchant, account, currency
        """;

    private string Multiply(string table) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT bench_seed.multiply('{table}', {(table == "idempotency_keys" ? Math.Max(1, count - KeptKeys + 1) : 1)}, {(table == "customers" ? Math.Min(count, 100_000) : count)}, '{Instead(table)}')");

    /// <summary>What is not the real row's: an event id that is a hash of the names; and what waits in no copy.</summary>
    private static string Instead(string table) => (table switch
    {
        "outbox" => """{"event_id": "'evt_' || md5(i || '/' || t.revision)", "delivered_at": "t.created_at", "gave_up_at": "NULL::timestamptz"}""",
        "inbox" => """{"due_at": "NULL::timestamptz", "outcome": "'ignored'", "completed_at": "t.received_at"}""",
        _ => "{}",
    }).Replace("'", "''", StringComparison.Ordinal);

    /// <summary>A sale with tax and documents, with its webhook heard and all it leaves written.</summary>
    private static async Task BuyAsync(GatewayClient gateway, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new
        {
            merchant = Merchant,
            order = "seedorder",
            customer = new { id = "seedcustomer", email = "somebody@example.com", name = "Somebody", country = "DE", postal_code = "10115" },
            currency = "eur",
            lines = new[] { new { sku = "book", description = "A book", quantity = 2, unit_amount = 1_999 } },
            tax = "automatic",
            payment_method = new { type = "card", token = "pm_card_visa" },
            metadata = new { cart = "7" },
            wait_ms = 30_000,
        });
        var checkout = await gateway.CreateCheckoutAsync(body, "seedorder", cancellationToken).ConfigureAwait(false);
        var begin = TimeProvider.System.GetTimestamp();
        while (!IsThrough(await gateway.FindAsync($"/v1/transactions/{checkout.GetProperty("transaction_id").GetString()}", cancellationToken).ConfigureAwait(false)))
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new StackException("The checkout that is to be multiplied did not come to its end.");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The provider's event has come, and the documents are in the ERP: the last that a sale leaves.</summary>
    private static bool IsThrough(JsonElement? story) => story is { } told
        && told.GetProperty("events").EnumerateArray().Any(one => one.GetProperty("type").GetString() == "payment_intent.succeeded")
        && told.GetProperty("steps").EnumerateArray().Any(step => step.GetProperty("name").GetString() == "erp" && step.GetProperty("status").GetString() == "done");

    private static string Seconds(long begin) => TimeProvider.System.GetElapsedTime(begin).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private string Script()
    {
        using var text = typeof(CheckoutSeed).Assembly.GetManifestResourceStream(ScriptName)!;
        using var reader = new StreamReader(text);
        return reader.ReadToEnd().Replace("{merchants}", merchants.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
