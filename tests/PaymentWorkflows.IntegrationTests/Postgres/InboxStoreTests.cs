using System.Text;
using CsCheck;
using Npgsql;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Domain;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>Webhooks are durable before they are acknowledged, kept once and worked off by one dispatcher.</summary>
public sealed class InboxStoreTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private IInbox Inbox => Stores.Inbox;

    [Fact]
    public async Task An_event_that_comes_a_hundred_times_at_once_is_stored_once()
    {
        IInbox[] processes = [Inbox, Database.Open().Inbox];

        var fresh = await Task.WhenAll(Enumerable.Range(0, 100).Select(call => processes[call % 2].StoreAsync(Event("evt_1"), Cancelled)));

        fresh.Count(isFresh => isFresh).ShouldBe(1);
        (await Database.CountAsync("inbox")).ShouldBe(1);
    }

    [Fact]
    public async Task Whatever_is_delivered_how_often_and_in_which_order_each_event_is_new_once()
    {
        IInbox[] processes = [Inbox, Database.Open().Inbox];
        var round = 0;
        await Gen.Select(Gen.Int[0, 1], Gen.Int[0, 12], Gen.OneOf("acct_a", "acct_b")).List[1, 80].SampleAsync(
            async deliveries =>
            {
                round++;
                var fresh = await Task.WhenAll(deliveries.Select(one => processes[one.Item1].StoreAsync(Event($"evt_{round}_{one.Item2}", account: one.Item3), Cancelled)));
                deliveries.Zip(fresh).Where(one => one.Second).Select(one => (one.First.Item2, one.First.Item3))
                    .ShouldBe(deliveries.Select(one => (one.Item2, one.Item3)).Distinct(), ignoreOrder: true);
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task The_same_event_id_of_another_account_is_another_event()
    {
        (await Inbox.StoreAsync(Event("evt_1", account: "acct_a"), Cancelled)).ShouldBeTrue();
        (await Inbox.StoreAsync(Event("evt_1", account: "acct_b"), Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_event_is_handed_out_byte_for_byte_as_it_came()
    {
        var received = new InboxEvent("acct_a", "evt_1", "payment_intent.succeeded", new byte[] { 0, 255, 10, 13, 39, 92 }, "t=1,v1='ab\"", Noon, TransactionId: TransactionId.Parse("txn_1"));
        await Inbox.StoreAsync(received, Cancelled);

        var taken = (await Inbox.TakeAsync(10, Noon, Lease, Cancelled)).ShouldHaveSingleItem();

        taken.Body.ToArray().ShouldBe(received.Body.ToArray());
        (taken with { Body = received.Body }).ShouldBe(received with { Tries = 1 });
    }

    [Fact]
    public async Task A_taken_event_is_handed_out_again_only_after_its_lease()
    {
        await Inbox.StoreAsync(Event("evt_1"), Cancelled);

        (await TakeAsync(Noon)).ShouldBe(["evt_1"]);
        (await TakeAsync(Noon + (Lease / 2))).ShouldBeEmpty();
        (await TakeAsync(Noon + Lease)).ShouldBe(["evt_1"]);
    }

    [Fact]
    public async Task Dispatchers_that_ask_at_once_never_get_the_same_event()
    {
        await StoreAsync(60);
        IInbox[] processes = [Inbox, Database.Open().Inbox];

        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(call => processes[call % 2].TakeAsync(5, Noon.AddHours(1), Lease, Cancelled)));

        taken.SelectMany(page => page).Select(one => one.EventId).ShouldBeUnique();
        taken.ShouldAllBe(page => page.Count <= 5);
        taken.Sum(page => page.Count).ShouldBe(60);
    }

    [Fact]
    public async Task The_oldest_come_first()
    {
        foreach (var minute in new[] { 3, 1, 4, 0, 2 })
        {
            await Inbox.StoreAsync(Event($"evt_{minute}", at: Noon.AddMinutes(minute)), Cancelled);
        }

        (await TakeAsync(Noon.AddHours(1), limit: 3)).ShouldBe(["evt_0", "evt_1", "evt_2"]);
        (await TakeAsync(Noon.AddHours(1), limit: 3)).ShouldBe(["evt_3", "evt_4"]);
    }

    [Fact]
    public async Task No_more_are_handed_out_than_asked_for_when_the_database_still_plans_for_one_row()
    {
        await StoreAsync(1);
        await Sql.ExecuteAsync(Database.Owner, "VACUUM ANALYZE pay.inbox");
        await StoreAsync(30);

        var taken = await Inbox.TakeAsync(4, Noon.AddHours(1), Lease, Cancelled);

        taken.Select(one => one.EventId).ShouldBe(["evt_0", "evt_1", "evt_2", "evt_3"]);
        (await Database.ScalarAsync<long>($"SELECT count(*) FROM pay.inbox WHERE tries > 0")).ShouldBe(4);
    }

    [Fact]
    public async Task A_postponed_event_comes_back_at_its_time_and_counts_its_tries()
    {
        await Inbox.StoreAsync(Event("evt_1"), Cancelled);
        var first = (await Inbox.TakeAsync(10, Noon, Lease, Cancelled)).Single();

        await Inbox.PostponeAsync(first, Noon.AddMinutes(10), "The engine is away.", Cancelled);

        (await TakeAsync(Noon.AddMinutes(9))).ShouldBeEmpty();
        (await Inbox.TakeAsync(10, Noon.AddMinutes(10), Lease, Cancelled)).ShouldHaveSingleItem().Tries.ShouldBe(2);
    }

    [Theory]
    [InlineData(InboxOutcome.Signaled, "signaled")]
    [InlineData(InboxOutcome.Ignored, "ignored")]
    [InlineData(InboxOutcome.Parked, "parked")]
    public async Task A_completed_event_never_comes_back_and_keeps_its_first_outcome(InboxOutcome outcome, string name)
    {
        await Inbox.StoreAsync(Event("evt_1"), Cancelled);
        var taken = (await Inbox.TakeAsync(10, Noon, Lease, Cancelled)).Single();

        await Inbox.CompleteAsync(taken, outcome, "why", Noon, Cancelled);
        await Inbox.CompleteAsync(taken, outcome == InboxOutcome.Parked ? InboxOutcome.Signaled : InboxOutcome.Parked, "late", Noon, Cancelled);
        await Inbox.PostponeAsync(taken, Noon, "late", Cancelled);

        (await TakeAsync(Noon.AddDays(1))).ShouldBeEmpty();
        (await Inbox.StoreAsync(Event("evt_1"), Cancelled)).ShouldBeFalse();
        (await Database.ScalarAsync<string>($"SELECT outcome || ' ' || detail FROM pay.inbox")).ShouldBe($"{name} why");
    }

    [Fact]
    public async Task An_event_whose_server_is_down_is_not_acknowledged()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(Database.App) { Port = FreePort.Next() }.ConnectionString;
        await using var stores = new Stores(nowhere);

        var calls = Enumerable.Range(0, 10).Select(number => stores.Inbox.StoreAsync(Event($"evt_{number}"), Cancelled)).ToArray();

        foreach (var call in calls)
        {
            await Should.ThrowAsync<NpgsqlException>(call);
        }

        (await stores.Probe.ProbeAsync(Cancelled)).ShouldBe("the database does not answer");
    }

    [Fact]
    public async Task An_event_whose_connection_is_lost_before_the_commit_is_not_acknowledged_and_can_come_again()
    {
        Task<bool> lost;
        await using (var other = await Sql.OpenAsync(Database.Owner))
        {
            await using var transaction = await other.BeginTransactionAsync(Cancelled);
            await using var hold = new NpgsqlCommand("LOCK TABLE pay.inbox IN SHARE MODE", other, transaction);
            await hold.ExecuteNonQueryAsync(Cancelled);
            lost = Inbox.StoreAsync(Event("evt_1"), Cancelled);
            await Database.UntilBlockedAsync(1);
            await Sql.ExecuteAsync(Database.Superuser, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Database.Name}' AND usename = 'pay_app'");
            await Should.ThrowAsync<NpgsqlException>(lost);
        }

        (await Database.CountAsync("inbox")).ShouldBe(0);
        (await Inbox.StoreAsync(Event("evt_1"), Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_does_not_stop_the_writing()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using (var other = await Sql.OpenAsync(Database.Owner))
        {
            await using var transaction = await other.BeginTransactionAsync(Cancelled);
            await using var hold = new NpgsqlCommand("LOCK TABLE pay.inbox IN SHARE MODE", other, transaction);
            await hold.ExecuteNonQueryAsync(Cancelled);
            var call = Inbox.StoreAsync(Event("evt_1"), impatient.Token);
            await Database.UntilBlockedAsync(1);
            await impatient.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(call);
        }

        (await Inbox.StoreAsync(Event("evt_1"), Cancelled)).ShouldBeFalse();
    }

    private async Task StoreAsync(int count)
    {
        foreach (var number in Enumerable.Range(0, count))
        {
            await Inbox.StoreAsync(Event($"evt_{number}", at: Noon.AddSeconds(number)), Cancelled);
        }
    }

    private async Task<IEnumerable<string>> TakeAsync(DateTimeOffset now, int limit = 10) =>
        (await Inbox.TakeAsync(limit, now, Lease, Cancelled)).Select(one => one.EventId);

    private static InboxEvent Event(string id, string account = "acct_a", DateTimeOffset? at = null) =>
        new(account, id, "payment_intent.succeeded", Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}"""), "t=1,v1=ab", at ?? Noon);
}
