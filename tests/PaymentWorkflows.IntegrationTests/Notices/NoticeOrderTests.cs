using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>A checkout's notices come in order, whatever fails and however many processes deliver; one merchant's trouble is its own.</summary>
public sealed class NoticeOrderTests(PostgresFixture server) : NoticeTests(server)
{
    private const int Checkouts = 15;
    private const int Each = 4;

    [Fact]
    public async Task Two_processes_deliver_each_checkouts_notices_in_order_and_once_though_half_fail()
    {
        for (var number = 1; number <= Checkouts; number++)
        {
            await ToldAsync(Each, $"order-{number}");
        }

        var chance = new Random(7);
        Acme.Answer = (_, response) =>
        {
            lock (chance)
            {
                response.StatusCode = chance.Next(2) == 0 ? 503 : 200;
            }

            return Task.CompletedTask;
        };
        NoticeProcess[] processes = [Process(), Process()];
        while ((await ListAsync(processes[0], NoticeState.Due)).Count > 0)
        {
            while ((await Task.WhenAll(processes.Select(process => process.DispatchAsync()))).Sum() > 0)
            {
                // What is due now is delivered or failed; what failed is due later.
            }

            Clock.Advance(TimeSpan.FromMinutes(90));
        }

        foreach (var checkout in Acme.Received.GroupBy(notice => notice.Checkout))
        {
            checkout.Where(notice => notice.Status == 200).Select(notice => notice.Sequence).ShouldBe(Enumerable.Range(1, Each));
            // Nothing was even tried before the one before it had come.
            checkout.Select(notice => notice.Sequence).ShouldBeInOrder();
        }

        Acme.Received.Count(notice => notice.Status == 503).ShouldBeGreaterThan(Checkouts);
        Acme.Received.Select(notice => notice.Id).Distinct().Count().ShouldBe(Checkouts * Each);
    }

    [Fact]
    public async Task A_later_notice_waits_for_the_one_before_it_but_for_no_other_checkouts()
    {
        var stuck = await ToldAsync(2, "order-1");
        await ToldAsync(2, "order-2");
        Acme.Answer = (notice, response) =>
        {
            response.StatusCode = notice.Checkout == stuck.Id.Value ? 500 : 200;
            return Task.CompletedTask;
        };
        var process = Process();
        while (await process.DispatchAsync() > 0)
        {
            // All that is due.
        }

        (await ListAsync(process)).Select(line => (line.Sequence, line.State, line.Attempts, line.NextDue is not null)).ShouldBe(
        [
            (1, NoticeState.Due, 1, true), (2, NoticeState.Due, 0, false),
            (1, NoticeState.Delivered, 1, false), (2, NoticeState.Delivered, 1, false),
        ]);
    }

    [Fact]
    public async Task A_merchant_whose_backend_hangs_delays_nobody_else()
    {
        var dead = Receiver();
        dead.Hang();
        for (var number = 1; number <= 30; number++)
        {
            await ToldAsync(1, $"order-{number}", "dead");
        }

        var told = await ToldAsync(3);
        var process = Process(Wants("dead", dead));
        await process.StartAsync(Cancelled);
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            (await Acme.NextAsync(Cancelled)).Sequence.ShouldBe(sequence);
        }

        // Its slots are full, and stay so: the clock of its time limit stands still.
        for (var slot = 1; slot <= 4; slot++)
        {
            await dead.NextAsync(Cancelled);
        }

        await UntilListeningAsync();
        await TellAsync(told, 4);
        (await Acme.NextAsync(Cancelled)).Sequence.ShouldBe(4);
        dead.Received.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_notice_that_cannot_be_made_fails_alone()
    {
        var broken = await ToldAsync(1, "order-1");
        await ToldAsync(1, "order-2");
        await Sql.ExecuteAsync(Database.Owner, "UPDATE pay.checkouts SET input = '{}' WHERE id = @id", new { id = broken.Id.Value });
        var process = Process();
        (await process.DispatchAsync()).ShouldBe(2);
        (await ListAsync(process)).Select(line => (line.State, line.LastError)).ShouldBe([(NoticeState.Due, "not sent: JsonException"), (NoticeState.Delivered, null)]);
    }

    [Fact]
    public async Task Whoever_tells_of_a_checkout_gets_the_next_number()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => Sql.ExecuteAsync(
            Database.App,
            """
            INSERT INTO pay.outbox (checkout_id, subject_id, revision, merchant, transaction_id, type, payload, created_at)
            SELECT id, @subject, 1, merchant, transaction_id, 'refund.succeeded', '{}', created_at FROM pay.checkouts WHERE id = @id
            """,
            new { id = checkout.Id.Value, subject = $"ref_{number}" })));
        (await Database.QueryAsync<int>($"SELECT sequence FROM pay.outbox ORDER BY id")).Order().ShouldBe(Enumerable.Range(1, 20));
        (await Database.ScalarAsync<long>($"SELECT count(DISTINCT event_id) FROM pay.outbox")).ShouldBe(20);
        (await Database.CountAsync("notice_queues")).ShouldBe(1);
    }

    [Fact]
    public async Task No_notice_that_comes_while_another_is_settled_is_left_behind()
    {
        const int Count = 50;
        NoticeProcess[] processes = [Process(), Process()];
        foreach (var process in processes)
        {
            await process.StartAsync(Cancelled);
        }

        // Only announcements wake them: the clock of their polls stands still.
        await UntilListeningAsync(2);
        var checkout = await Stores.Checkouts.WrittenAsync();
        var telling = Task.Run(
            async () =>
            {
                for (var revision = 1; revision <= Count; revision++)
                {
                    await TellAsync(checkout, revision, "checkout.requires_action", Domain.Checkout.CheckoutStatus.RequiresAction);
                }
            },
            Cancelled);
        for (var sequence = 1; sequence <= Count; sequence++)
        {
            (await Acme.NextAsync(Cancelled)).Sequence.ShouldBe(sequence);
        }

        await telling;
        await Sql.UntilAsync(Database.Owner, "SELECT count(*) FROM pay.notice_queues", 0L);
    }

    [Fact]
    public async Task The_longest_due_go_first_and_no_more_than_there_are_slots()
    {
        for (var number = 1; number <= 7; number++)
        {
            await ToldAsync(1, $"order-{number}");
        }

        var process = Process();
        var free = new Dictionary<MerchantId, int> { [MerchantId.Parse("acme")] = 3, [MerchantId.Parse("other")] = 3 };
        (await process.Outbox.TakeAsync(free, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), Cancelled)).Count.ShouldBe(3);
        (await process.Outbox.TakeAsync(free, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), Cancelled)).Count.ShouldBe(3);
        (await process.Outbox.TakeAsync(free, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), Cancelled)).ShouldHaveSingleItem();
        (await process.Outbox.TakeAsync(free, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), Cancelled)).ShouldBeEmpty();
    }
}
