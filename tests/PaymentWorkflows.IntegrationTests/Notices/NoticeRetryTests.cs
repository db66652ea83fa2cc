using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using PaymentWorkflows.Worker.Notices;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>A notice that is refused is sent again for three days, then given up, and can be replayed.</summary>
public sealed class NoticeRetryTests(PostgresFixture server) : NoticeTests(server)
{
    [Fact]
    public async Task It_is_sent_again_after_pauses_that_double_for_three_days_and_then_given_up_and_the_next_goes()
    {
        await ToldAsync(2);
        var process = Process();
        Acme.AnswerWith(500);
        var tries = new List<DateTimeOffset>();
        while ((await ListAsync(process))[0] is { State: NoticeState.Due } due)
        {
            var next = due.NextDue.ShouldNotBeNull();
            if (next > Clock.GetUtcNow())
            {
                Clock.SetUtcNow(next - TimeSpan.FromMilliseconds(1));
                (await process.DispatchAsync()).ShouldBe(0);
                Clock.SetUtcNow(next);
            }

            tries.Add(Clock.GetUtcNow());
            (await process.DispatchAsync()).ShouldBe(1);
        }

        tries[0].ShouldBe(Noon);
        tries[^1].ShouldBe(Noon.AddDays(3));
        var pauses = tries.Zip(tries.Skip(1), (before, after) => after - before).ToArray();
        for (var index = 0; index < pauses.Length - 1; index++)
        {
            var planned = Math.Min(5 * Math.Pow(2, index), 3_600);
            pauses[index].TotalSeconds.ShouldBeInRange(planned * 0.8 - 0.01, planned * 1.2 + 0.01);
        }

        pauses.Distinct().Count().ShouldBeGreaterThan(60);
        Acme.Received.Select(notice => notice.Id).Distinct().ShouldHaveSingleItem();

        var lines = await ListAsync(process);
        (lines[0].State, lines[0].GaveUpAt, lines[0].Attempts, lines[0].LastStatus).ShouldBe((NoticeState.GivenUp, Noon.AddDays(3), tries.Count, 500));
        (lines[1].State, lines[1].NextDue).ShouldBe((NoticeState.Due, Noon.AddDays(3)));
        process.Logs.Text.ShouldContain($"is given up after {tries.Count} tries");

        Acme.AnswerWith(200);
        (await process.DispatchAsync()).ShouldBe(1);
        Acme.Received.Last().Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_given_up_is_replayed_with_the_same_id_and_for_three_days_again()
    {
        await ToldAsync(1);
        var process = Process();
        Acme.AnswerWith(500);
        Clock.Advance(TimeSpan.FromDays(3));
        await process.DispatchAsync();
        var given = (await ListAsync(process, NoticeState.GivenUp)).ShouldHaveSingleItem();
        (await process.DispatchAsync()).ShouldBe(0);

        (await process.Outbox.ReplayAsync(new NoticeSelection.One(given.Id), "dana", Clock.GetUtcNow(), Cancelled)).ShouldBe([given.Id]);
        await process.DispatchAsync();
        var again = (await ListAsync(process, NoticeState.Due)).ShouldHaveSingleItem();
        (again.Attempts, again.Replays, again.NextDue > Clock.GetUtcNow()).ShouldBe((1, 1, true));

        Acme.AnswerWith(200);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await process.DispatchAsync();
        (await ListAsync(process)).ShouldHaveSingleItem().State.ShouldBe(NoticeState.Delivered);
        Acme.Received.Select(notice => notice.Id).Distinct().ShouldBe([given.Id]);
        (await Database.QueryAsync<string>($"SELECT concat_ws(' ', workflow_id, event, actor, action, detail) FROM pay.audit"))
            .ShouldBe([$"checkout/acme/order-1 notice.replayed dana replay {given.Id}"]);
    }

    [Fact]
    public async Task A_whole_checkout_is_replayed_in_order()
    {
        var checkout = await ToldAsync(3);
        await ToldAsync(1, "order-2");
        var process = Process();
        while (await process.DispatchAsync() > 0)
        {
            // All of it.
        }

        (await process.Outbox.ReplayAsync(new NoticeSelection.OfCheckout(checkout.Id), "dana", Clock.GetUtcNow(), Cancelled)).Count.ShouldBe(3);
        while (await process.DispatchAsync() > 0)
        {
            // And again.
        }

        var received = Acme.Received.Where(notice => notice.Checkout == checkout.Id.Value).ToArray();
        received.Select(notice => notice.Sequence).ShouldBe([1, 2, 3, 1, 2, 3]);
        received.Select(notice => notice.Id).Take(3).ShouldBe(received.Select(notice => notice.Id).Skip(3));
        Acme.Received.Count.ShouldBe(7);
        (await Database.CountAsync("audit")).ShouldBe(3);
    }

    [Fact]
    public async Task What_nobody_knows_is_not_replayed()
    {
        var process = Process();
        (await process.Outbox.ReplayAsync(new NoticeSelection.One("evt_nobody"), "dana", Noon, Cancelled)).ShouldBeEmpty();
        (await process.Outbox.ReplayAsync(new NoticeSelection.OfCheckout(CheckoutId.Parse("chk_nobody")), "dana", Noon, Cancelled)).ShouldBeEmpty();
        (await Database.CountAsync("audit")).ShouldBe(0);
    }

    [Fact]
    public async Task A_replay_of_what_is_on_its_way_gives_it_to_nobody_else()
    {
        var checkout = await ToldAsync(1);
        NoticeProcess[] processes = [Process(), Process()];
        Acme.Hang();
        var round = processes[0].DispatchAsync();
        await Acme.NextAsync(Cancelled);
        (await processes[0].Outbox.ReplayAsync(new NoticeSelection.OfCheckout(checkout.Id), "dana", Clock.GetUtcNow(), Cancelled)).ShouldHaveSingleItem();
        (await processes[1].DispatchAsync()).ShouldBe(0);
        round.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void The_pauses_are_spread_and_the_last_try_is_at_the_end()
    {
        var options = new NoticeOptions();
        var least = new NoticeSchedule(options, new Fixed(0));
        var most = new NoticeSchedule(options, new Fixed(1));
        (least.Next(1, Noon, Noon) - Noon).ShouldBe(TimeSpan.FromSeconds(4));
        (most.Next(1, Noon, Noon) - Noon).ShouldBe(TimeSpan.FromSeconds(6));
        (least.Next(4, Noon, Noon) - Noon).ShouldBe(TimeSpan.FromSeconds(32));
        (least.Next(11, Noon, Noon) - Noon).ShouldBe(TimeSpan.FromMinutes(48));
        (most.Next(1_000_000, Noon, Noon) - Noon).ShouldBe(TimeSpan.FromMinutes(72));
        least.Next(80, Noon, Noon.AddDays(3).AddMinutes(-1)).ShouldBe(Noon.AddDays(3));
        least.Next(81, Noon, Noon.AddDays(3)).ShouldBeNull();
    }

    private sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
