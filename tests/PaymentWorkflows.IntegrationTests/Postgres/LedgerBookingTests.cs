using CsCheck;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>Each business event is booked once, with the step that tells of it.</summary>
public sealed class LedgerBookingTests(PostgresFixture server) : PostgresTests(server)
{
    [Fact]
    public async Task A_step_that_is_written_twice_is_booked_once()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var step = checkout.Step(CheckoutStatus.Completed, 1, "checkout.completed");

        await Stores.Checkouts.WriteAsync(step, checkout.Capture("capture/1", 1000));
        await Stores.Checkouts.WriteAsync(step, checkout.Capture("capture/1", 1000));

        (await Stores.Ledger.ShowAsync(checkout.TransactionId, Cancelled)).Select(line => (line.Reference, line.Kind, line.Account, line.AmountMinor)).ShouldBe(
        [
            ("capture/1", "capture", "1010.stripe", 900),
            ("capture/1", "capture", "6000", 100),
            ("capture/1", "capture", "4000", -1000),
        ]);
        (await Database.CountAsync("outbox")).ShouldBe(1);
    }

    [Fact]
    public async Task A_reference_with_other_postings_is_a_conflict_and_nothing_of_its_step_is_written()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Authorized, 1, "checkout.authorized"), checkout.Capture("capture/1", 1000));

        var conflict = await Should.ThrowAsync<LedgerConflictException>(() => Stores.Checkouts.WriteAsync(
            checkout.Step(CheckoutStatus.Completed, 2, "checkout.completed"), checkout.Capture("capture/0", 5), checkout.Capture("capture/1", 999)));

        conflict.Reference.ShouldBe("capture/1");
        var stored = (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!;
        stored.View.Status.ShouldBe(CheckoutStatus.Authorized);
        stored.View.Revision.ShouldBe(1);
        (await Database.QueryAsync<string>($"SELECT reference FROM pay.ledger_entries")).ShouldBe(["capture/1"]);
        (await Database.QueryAsync<string>($"SELECT type FROM pay.outbox")).ShouldBe(["checkout.authorized"]);
        (await Stores.Ledger.CheckAsync(Cancelled)).ProviderClearing["stripe"]["eur"].ShouldBe(900);
    }

    [Fact]
    public async Task What_a_step_tells_that_the_row_refuses_is_not_booked_and_is_once_it_is_taken()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Canceled, 2, "checkout.canceled"));

        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1, "checkout.completed"), checkout.Capture("capture/1", 1000));
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 2, "checkout.completed"), checkout.Capture("capture/1", 1000));
        (await Database.CountAsync("ledger_entries")).ShouldBe(0);

        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 3, "checkout.completed"), checkout.Capture("capture/1", 1000));
        (await Database.CountAsync("ledger_entries")).ShouldBe(1);
    }

    [Fact]
    public async Task A_reference_that_comes_twice_in_one_step_with_other_postings_is_a_conflict()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();

        await Should.ThrowAsync<LedgerConflictException>(() => Stores.Checkouts.WriteAsync(
            checkout.Step(CheckoutStatus.Completed, 1), checkout.Capture("capture/1", 1000), checkout.Capture("capture/1", 999)));

        (await Database.CountAsync("ledger_entries")).ShouldBe(0);
        (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!.View.Revision.ShouldBe(0);
    }

    [Fact]
    public async Task Steps_that_wait_together_are_written_in_one_transaction()
    {
        var checkouts = await Stores.Checkouts.WrittenAsync(22);

        await WriteTogetherAsync(checkouts, checkout => Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1), checkout.Capture($"capture/{checkout.Id}", 100)));

        // The transactions of the two that kept the writers busy, and those of both writers afterwards.
        (await Database.ScalarAsync<long>($"SELECT count(DISTINCT xmin::text) FROM pay.ledger_entries")).ShouldBeInRange(2, 4);
        (await Database.CountAsync("ledger_entries")).ShouldBe(22);
    }

    [Fact]
    public async Task A_bad_step_fails_alone_among_those_it_is_written_with()
    {
        var checkouts = await Stores.Checkouts.WrittenAsync(22);
        var bad = checkouts[11];
        await Stores.Checkouts.WriteAsync(bad.Step(CheckoutStatus.Authorized, 1), bad.Capture($"capture/{bad.Id}", 50));

        var failures = await WriteTogetherAsync(
            checkouts, checkout => Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 2), checkout.Capture($"capture/{checkout.Id}", 100)));

        failures.ShouldHaveSingleItem().ShouldBeOfType<LedgerConflictException>().Reference.ShouldBe($"capture/{bad.Id}");
        foreach (var checkout in checkouts)
        {
            (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!.View.Status.ShouldBe(checkout == bad ? CheckoutStatus.Authorized : CheckoutStatus.Completed);
        }

        (await Stores.Ledger.CheckAsync(Cancelled)).ProviderClearing["stripe"]["eur"].ShouldBe((21 * 90) + 45);
    }

    [Fact]
    public async Task A_step_that_the_database_cannot_store_fails_alone_too()
    {
        var checkouts = await Stores.Checkouts.WrittenAsync(12);

        var failures = await WriteTogetherAsync(
            checkouts, checkout => Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1, checkout == checkouts[5] ? "nul \0" : "checkout.completed")));

        failures.Count.ShouldBe(1);
        (await Database.CountAsync("outbox")).ShouldBe(11);
    }

    [Fact]
    public async Task However_many_processes_write_whatever_in_any_order_the_books_are_right()
    {
        await Sql.ExecuteAsync(Database.Superuser, $"ALTER DATABASE {Database.Name} SET deadlock_timeout = '20ms'");
        ICheckoutStore[] processes = [Database.Open().Checkouts, Database.Open().Checkouts];
        StoredCheckout[] checkouts = [.. await processes[0].WrittenAsync(3), .. await processes[0].WrittenAsync(3, "globex")];
        var round = 0;
        var booked = 0L;

        await Bookings.List[1, 60].SampleAsync(
            async bookings =>
            {
                round++;
                var written = await Task.WhenAll(bookings.Select((booking, index) => WriteAsync(
                    processes[booking.Process], checkouts[booking.Checkout], (round * 100) + index, booking.Entry(checkouts[booking.Checkout], round))));

                booked += await BookedOnceAsync(round, [.. bookings.Zip(written)]);
                var check = await Stores.Ledger.CheckAsync(Cancelled);
                check.Entries.ShouldBe(booked);
                check.CurrencySums.Values.ShouldAllBe(sum => sum == 0);
                check.Unbalanced.ShouldBeEmpty();
                check.DriftedBalances.ShouldBeEmpty();
            },
            iter: 20,
            threads: 1);
    }

    /// <summary>Calls at once, some with the same reference, of which some with another amount.</summary>
    private static readonly Gen<Booking> Bookings = Gen.Select(
        Gen.Int[0, 1], Gen.Int[0, 5], Gen.Int[1, 15], Gen.OneOf("eur", "jpy", "usd"), Gen.Frequency((9, false), (1, true)),
        (process, checkout, reference, currency, odd) => new Booking(process, checkout, reference, currency, odd));

    /// <summary>Each reference is in the books once, as one of those who wrote it wanted; exactly those who wanted that were told so.</summary>
    private async Task<int> BookedOnceAsync(int round, IReadOnlyList<(Booking Booking, bool Written)> calls)
    {
        var inBooks = await Database.QueryAsync<string>(
            $"SELECT concat_ws(' ', reference, e.merchant, currency, -amount) FROM pay.ledger_entries e JOIN pay.ledger_postings ON entry_id = e.id WHERE account = '4000' AND reference LIKE '{round}/%'");
        foreach (var reference in calls.GroupBy(call => call.Booking.Reference))
        {
            var kept = inBooks.Where(line => line.StartsWith($"{round}/{reference.Key} ", StringComparison.Ordinal)).ShouldHaveSingleItem();
            reference.ShouldAllBe(call => call.Written == (call.Booking.Line(round) == kept));
            reference.ShouldContain(call => call.Written);
        }

        return inBooks.Count;
    }

    private static async Task<bool> WriteAsync(ICheckoutStore store, StoredCheckout checkout, int revision, LedgerEntry entry)
    {
        try
        {
            // As a saga does: a step that came too late is written again, under a number that comes after the row's.
            for (var recorded = await store.WriteAsync(checkout.Step(CheckoutStatus.Processing, revision), entry);
                recorded.Revision != revision;
                recorded = await store.WriteAsync(checkout.Step(CheckoutStatus.Processing, revision), entry))
            {
                revision = recorded.Revision + 1;
            }

            return true;
        }
        catch (LedgerConflictException)
        {
            return false;
        }
    }

    /// <summary>Keeps both writers busy with the first and the last until all others wait; gives the failures.</summary>
    private async Task<IReadOnlyList<Exception>> WriteTogetherAsync(IReadOnlyList<StoredCheckout> checkouts, Func<StoredCheckout, Task> write)
    {
        var calls = new List<Task>();
        await using (var other = await Sql.OpenAsync(Database.Owner))
        {
            await using var transaction = await other.BeginTransactionAsync(Cancelled);
            await using var hold = new Npgsql.NpgsqlCommand($"SELECT FROM pay.checkouts WHERE id IN ('{checkouts[0].Id}', '{checkouts[^1].Id}') FOR UPDATE", other, transaction);
            await hold.ExecuteNonQueryAsync(Cancelled);
            calls.Add(write(checkouts[0]));
            await Database.UntilBlockedAsync(1);
            calls.Add(write(checkouts[^1]));
            await Database.UntilBlockedAsync(2);
            calls.AddRange(checkouts.Skip(1).SkipLast(1).Select(write));
        }

        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);
        return [.. calls.Where(call => call.IsFaulted).Select(call => call.Exception!.InnerException!)];
    }

    private sealed record Booking(int Process, int Checkout, int Reference, string Currency, bool Odd)
    {
        private long Amount => (Reference * 100) + (Odd ? 1 : 0);

        public LedgerEntry Entry(StoredCheckout checkout, int round) => checkout.Capture($"{round}/{Reference}", Amount, Currency);

        public string Line(int round) => $"{round}/{Reference} {(Checkout < 3 ? "acme" : "globex")} {Currency} {Amount}";
    }
}
