using CsCheck;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>Sets of entries are written together and fail each by itself.</summary>
public sealed class LedgerWriterTests(PostgresFixture server) : PostgresTests(server)
{
    [Fact]
    public async Task Sets_that_wait_together_are_written_in_one_transaction()
    {
        await BookTogetherAsync([.. Enumerable.Range(0, 20).Select(number => new[] { Capture($"set/{number}", 100) })]);

        // The transactions of the two that kept the writers busy, and those of both writers afterwards.
        (await Database.ScalarAsync<long>($"SELECT count(DISTINCT xmin::text) FROM pay.ledger_entries")).ShouldBeInRange(2, 4);
        (await Database.CountAsync("ledger_entries")).ShouldBe(22);
    }

    [Fact]
    public async Task Bad_sets_fail_alone_and_whole_among_those_they_are_written_with()
    {
        await Stores.Books.BookAsync([Capture("known", 5)], Noon, Cancelled);
        var sets = Enumerable.Range(0, 20).Select(number => new[] { Capture($"set/{number}", 100) }).ToList();
        sets[7] = [Capture("before", 1), Capture("known", 6)];
        sets[13] = [Capture("nul \0", 1), Capture("after", 1)];

        var failures = await BookTogetherAsync(sets);

        failures.Keys.Order().ShouldBe([7, 13]);
        failures[7].ShouldBeOfType<LedgerConflictException>().Reference.ShouldBe("known");
        (await Database.QueryAsync<string>($"SELECT reference FROM pay.ledger_entries WHERE reference IN ('before', 'after')")).ShouldBeEmpty();
        (await Database.CountAsync("ledger_entries")).ShouldBe(1 + 2 + 18);
        (await BalancesAsync(Stores)).ShouldBe([$"1010.stripe eur {BookedBy(18 * 100)}", $"4000 eur {-BookedBy(18 * 100)}"]);

        static long BookedBy(long sets) => sets + 5 + (2 * Opening);
    }

    [Fact]
    public async Task A_set_that_is_sent_again_is_booked_once()
    {
        var set = new[] { Capture("r1", 100), Capture("r2", 7) };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Stores.Books.BookAsync(set, Noon, Cancelled)));
        await Stores.Books.BookAsync(set, Noon.AddDays(1), Cancelled);

        (await Database.CountAsync("ledger_entries")).ShouldBe(2);
        (await BalancesAsync(Stores)).ShouldBe(["1010.stripe eur 107", "4000 eur -107"]);
    }

    [Fact]
    public async Task Whatever_comes_together_leaves_the_books_as_what_went_through_does_one_by_one()
    {
        var round = 0;
        await Gen.Select(Gen.Int[1, 12], Gen.Int[0, 3], Gen.Frequency((7, Gen.Const(0)), (1, Gen.Const(1)))).List[1, 4].List[1, 60].SampleAsync(
            async drawn =>
            {
                round++;
                LedgerEntry[][] sets = [.. drawn.Select(set => set.Select(one => Capture($"{round}/{one.Item1}", (one.Item1 * 100) + one.Item3, $"m{one.Item1 % 4}")).ToArray())];

                var together = await Task.WhenAll(sets.Select(set => BookedAsync(Stores.Books, set)));

                // What went through goes through one by one too, in any order, and leaves the same; what failed fails.
                await using var other = await AnotherDatabaseAsync();
                var alone = other.Open();
                foreach (var set in sets.Zip(together).Where(one => one.Second).Select(one => one.First))
                {
                    (await BookedAsync(alone.Books, set)).ShouldBeTrue();
                }

                foreach (var set in sets.Zip(together).Where(one => !one.Second).Select(one => one.First))
                {
                    (await BookedAsync(alone.Books, set)).ShouldBeFalse();
                }

                FormattableString books = $"SELECT concat_ws(' ', reference, e.merchant, account, amount) FROM pay.ledger_entries e JOIN pay.ledger_postings ON entry_id = e.id WHERE reference LIKE '{round}/%' ORDER BY 1";
                (await Database.QueryAsync<string>(books)).ShouldBe(await other.QueryAsync<string>(books));
                var check = await Stores.Ledger.CheckAsync(Cancelled);
                check.CurrencySums.Values.ShouldAllBe(sum => sum == 0);
                check.Unbalanced.ShouldBeEmpty();
                check.DriftedBalances.ShouldBeEmpty();
            },
            iter: 4,
            threads: 1);
    }

    [Fact]
    public async Task Balances_are_the_sum_of_what_every_process_wrote()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Database.Open()).ToList();

        await Task.WhenAll(processes.SelectMany((process, index) => Enumerable.Range(0, 25).Select(number => process.Books.BookAsync([Capture($"{index}/{number}", 3)], Noon, Cancelled))));

        (await BalancesAsync(processes[0])).ShouldBe(["1010.stripe eur 300", "4000 eur -300"]);
    }

    private const long Opening = 11;

    private static LedgerEntry Capture(string reference, long amount, string merchant = "acme") => PostingRules.Entry(
        new LedgerFact.PaymentCaptured(reference, Noon, "stripe", new Money(amount, Currency.Parse("eur")), null), MerchantId.Parse(merchant), TransactionId.Parse("txn_1"));

    private static async Task<IReadOnlyList<string>> BalancesAsync(Stores stores) =>
        [.. (await stores.Ledger.BalancesAsync(MerchantId.Parse("acme"), Cancelled)).Select(balance => $"{balance.Account} {balance.Currency} {balance.BalanceMinor}")];

    private static async Task<bool> BookedAsync(ILedgerWriter books, IReadOnlyList<LedgerEntry> set)
    {
        try
        {
            await books.BookAsync(set, Noon, Cancelled);
            return true;
        }
        catch (LedgerConflictException)
        {
            return false;
        }
    }

    /// <summary>Keeps both writers busy until all others wait; gives the failures by the number of their set.</summary>
    private async Task<IReadOnlyDictionary<int, Exception>> BookTogetherAsync(IReadOnlyList<LedgerEntry[]> sets)
    {
        var busy = new List<Task>();
        List<Task> calls;
        await using (var other = await Sql.OpenAsync(Database.Owner))
        {
            // Somebody else is about to book the same references: the writers wait for what becomes of it.
            await using var transaction = await other.BeginTransactionAsync(Cancelled);
            await using var hold = new Npgsql.NpgsqlCommand(
                "INSERT INTO pay.ledger_entries (reference, kind, merchant, transaction_id, occurred_at, postings_hash, created_at) SELECT 'busy/' || i, '', '', '', now(), '', now() FROM generate_series(1, 2) i", other, transaction);
            await hold.ExecuteNonQueryAsync(Cancelled);
            foreach (var number in new[] { 1, 2 })
            {
                busy.Add(Stores.Books.BookAsync([Capture($"busy/{number}", Opening)], Noon, Cancelled));
                await Database.UntilBlockedAsync(number);
            }

            calls = [.. sets.Select(set => Stores.Books.BookAsync(set, Noon, Cancelled))];
        }

        await Task.WhenAll(busy);
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);
        return calls.Index().Where(call => call.Item.IsFaulted).ToDictionary(call => call.Index, call => call.Item.Exception!.InnerException!);
    }
}
