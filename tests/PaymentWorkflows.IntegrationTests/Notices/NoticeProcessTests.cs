using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>Several processes share the work, and any of them may end at any time.</summary>
public sealed class NoticeProcessTests(PostgresFixture server) : NoticeTests(server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<MerchantId, int> AcmesSlots = new() { [MerchantId.Parse("acme")] = 4 };

    private const string TellSql = """
        INSERT INTO pay.outbox (checkout_id, subject_id, revision, merchant, transaction_id, type, payload, created_at)
        SELECT id, id, 1, merchant, transaction_id, 'checkout.completed', view, created_at FROM pay.checkouts WHERE id = @id
        """;

    [Fact]
    public async Task What_a_killed_process_had_taken_is_taken_over_when_its_lease_ends()
    {
        await ToldAsync(2);
        var killed = Process();
        var taken = (await killed.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();

        var other = Process();
        (await other.DispatchAsync()).ShouldBe(0);
        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await other.DispatchAsync()).ShouldBe(0);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await other.DispatchAsync()).ShouldBe(1);
        (await Acme.NextAsync(Cancelled)).Id.ShouldBe(taken.EventId);
        (await other.DispatchAsync()).ShouldBe(1);
        (await Acme.NextAsync(Cancelled)).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task A_process_that_lost_its_lease_can_no_longer_say_that_a_notice_failed()
    {
        await ToldAsync(1);
        var slow = Process();
        var taken = (await slow.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();
        Clock.Advance(Lease);
        var other = Process();
        var again = (await other.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();

        await slow.Outbox.FailedAsync(taken, new NoticeFailure(500, "answered 500"), null, Clock.GetUtcNow(), Cancelled);
        (await ListAsync(other)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            line => line.State.ShouldBe(NoticeState.Due), line => line.Attempts.ShouldBe(0), line => line.NextDue.ShouldBeNull());

        await other.Outbox.FailedAsync(again, new NoticeFailure(500, "answered 500"), Clock.GetUtcNow().AddSeconds(5), Clock.GetUtcNow(), Cancelled);
        (await ListAsync(other)).ShouldHaveSingleItem().NextDue.ShouldBe(Clock.GetUtcNow().AddSeconds(5));
    }

    [Fact]
    public async Task What_was_delivered_is_delivered_whoever_says_so_and_the_next_goes_on()
    {
        await ToldAsync(2);
        var slow = Process();
        var taken = (await slow.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();
        Clock.Advance(Lease);
        var other = Process();
        var again = (await other.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();

        await slow.Outbox.DeliveredAsync(taken, 200, Clock.GetUtcNow(), Cancelled);
        await other.Outbox.FailedAsync(again, new NoticeFailure(500, "answered 500"), Clock.GetUtcNow().AddHours(1), Clock.GetUtcNow(), Cancelled);
        (await ListAsync(other)).Select(line => (line.State, line.NextDue)).ShouldBe([(NoticeState.Delivered, null), (NoticeState.Due, Clock.GetUtcNow())]);
    }

    [Fact]
    public async Task A_queue_whose_notices_are_all_delivered_is_forgotten()
    {
        await ToldAsync(1);
        var slow = Process();
        var taken = (await slow.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();
        Clock.Advance(Lease);
        var dies = Process();
        (await dies.Outbox.TakeAsync(AcmesSlots, Clock.GetUtcNow(), Lease, Cancelled)).ShouldHaveSingleItem();
        await slow.Outbox.DeliveredAsync(taken, 200, Clock.GetUtcNow(), Cancelled);
        (await Database.CountAsync("notice_queues")).ShouldBe(1);

        Clock.Advance(Lease);
        (await Process().DispatchAsync()).ShouldBe(0);
        (await Database.CountAsync("notice_queues")).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_delivered_that_is_not_committed()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var process = Process();
        await using var connection = await Sql.OpenAsync(Database.App);
        await using (var open = await connection.BeginTransactionAsync(Cancelled))
        {
            await connection.ExecuteAsync(TellSql, new { id = checkout.Id.Value }, open);
            (await process.DispatchAsync()).ShouldBe(0);
            await open.RollbackAsync(Cancelled);
        }

        (await process.DispatchAsync()).ShouldBe(0);
        await connection.ExecuteAsync(TellSql, new { id = checkout.Id.Value });
        (await process.DispatchAsync()).ShouldBe(1);
        Acme.Received.ShouldHaveSingleItem().Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task A_commit_wakes_a_process_at_once()
    {
        var process = Process();
        await process.StartAsync(Cancelled);
        await UntilListeningAsync();
        await ToldAsync(1);
        // The clock stands still, so no poll can have found it.
        (await Acme.NextAsync(Cancelled)).Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task Without_an_announcement_it_is_found_by_the_next_poll()
    {
        var process = Process();
        await process.StartAsync(Cancelled);
        await UntilListeningAsync();
        await Sql.ExecuteAsync(Database.Superuser, "ALTER TABLE pay.outbox DISABLE TRIGGER queue_notices");
        var checkout = await ToldAsync(1);
        await Sql.ExecuteAsync(
            Database.App, "INSERT INTO pay.notice_queues (checkout_id, merchant, due_at) VALUES (@id, 'acme', @now)", new { id = checkout.Id.Value, now = Noon.UtcDateTime });

        // Until it is taken, and no longer: the clock is that of the delivery, too, which would run out of time.
        while (await Database.ScalarAsync<long>($"SELECT count(*) FROM pay.notice_queues WHERE claim IS NULL") > 0)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await Acme.NextAsync(Cancelled)).Checkout.ShouldBe(checkout.Id.Value);
    }

    [Fact]
    public async Task A_process_that_is_told_to_stop_brings_to_its_end_what_is_on_its_way_and_begins_nothing()
    {
        var checkout = await ToldAsync(1);
        var mayAnswer = new TaskCompletionSource();
        Acme.Answer = (_, _) => mayAnswer.Task;
        var process = Process();
        await process.StartAsync(Cancelled);
        await Acme.NextAsync(Cancelled);

        var stopping = process.StopAsync(Cancelled);
        stopping.IsCompleted.ShouldBeFalse();
        // Told of after the stop: a look that was under way when it came is over by then.
        await TellAsync(checkout, 2, "checkout.requires_action", CheckoutStatus.RequiresAction);
        mayAnswer.SetResult();
        await stopping;
        (await ListAsync(process)).Select(line => line.State).ShouldBe([NoticeState.Delivered, NoticeState.Due]);
        Acme.Received.Count.ShouldBe(1);
        // Nothing is left claimed: another process goes on at once.
        (await Process().DispatchAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_process_is_ready_while_it_looks_at_the_outbox()
    {
        var process = Process();
        await process.DispatchAsync();
        (await process.Readiness.ProbeAsync(Cancelled)).ShouldBeNull();
        Clock.Advance(TimeSpan.FromMinutes(2));
        (await process.Readiness.ProbeAsync(Cancelled)).ShouldBe("the outbox has not been looked at for a while");
        await process.DispatchAsync();
        (await process.Readiness.ProbeAsync(Cancelled)).ShouldBeNull();
    }

    [Theory]
    [InlineData("UPDATE pay.outbox SET payload = '{}'")]
    [InlineData("UPDATE pay.outbox SET type = 'x'")]
    [InlineData("UPDATE pay.outbox SET event_id = 'x'")]
    [InlineData("UPDATE pay.outbox SET sequence = 9")]
    [InlineData("UPDATE pay.outbox SET merchant = 'x'")]
    [InlineData("DELETE FROM pay.outbox")]
    public async Task What_a_notice_tells_cannot_be_changed(string sql) =>
        (await Sql.RefusedAsync(Database.App, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
}
