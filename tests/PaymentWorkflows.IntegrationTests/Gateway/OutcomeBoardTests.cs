using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class OutcomeBoardTests
{
    private static readonly CheckoutId Id = CheckoutId.Parse("chk_1");
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider clock = new();
    private CheckoutView? row;
    private int reads;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task News_brought_right_after_the_call_is_not_missed()
    {
        var board = Board();
        var waiting = board.WaitAsync(Id, view => view.Status.IsAnswer(), Long, Token);
        board.Announce(Id, View(CheckoutStatus.Processing));
        board.Announce(Id, View(CheckoutStatus.Authorized));
        (await waiting).ShouldNotBeNull().Status.ShouldBe(CheckoutStatus.Authorized);
        reads.ShouldBe(0);
        board.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task News_of_another_checkout_wakes_nobody()
    {
        var board = Board();
        var waiting = board.WaitAsync(Id, view => view.Status.IsAnswer(), Long, Token);
        board.Announce(CheckoutId.Parse("chk_2"), View(CheckoutStatus.Authorized));
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(Long);
        (await waiting).ShouldBeNull();
        board.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task News_from_another_process_makes_waiters_read_the_row()
    {
        var board = Board();
        var waiting = board.WaitAsync(Id, view => view.Status.IsAnswer(), Long, Token);
        row = View(CheckoutStatus.Declined);
        board.AnnounceChanged(Id);
        (await waiting).ShouldNotBeNull().Status.ShouldBe(CheckoutStatus.Declined);
        reads.ShouldBe(1);
    }

    [Fact]
    public async Task Without_news_the_row_is_polled()
    {
        var board = Board();
        var waiting = board.WaitAsync(Id, view => view.Status.IsAnswer(), Long, Token);
        row = View(CheckoutStatus.Authorized);
        clock.Advance(TimeSpan.FromMilliseconds(500));
        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_does_not_end_the_wait()
    {
        var board = new OutcomeBoard((_, _) => ++reads == 1 ? throw new TimeoutException() : Task.FromResult<CheckoutView?>(View(CheckoutStatus.Authorized)), clock);

        // The clock below runs as fast as it can: no wait may end before the reading comes to its turn.
        var waiting = board.WaitAsync(Id, view => view.Status.IsAnswer(), TimeSpan.FromDays(40), Token);
        board.AnnounceChanged(Id);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        (await waiting).ShouldNotBeNull();
        reads.ShouldBe(2);
    }

    [Fact]
    public async Task A_cancelled_wait_gives_null_and_leaves_nothing_behind()
    {
        var board = Board();
        using var stop = new CancellationTokenSource();
        var waiting = board.WaitAsync(Id, _ => true, Long, stop.Token);
        board.Waiting.ShouldBe(1);
        await stop.CancelAsync();
        (await waiting).ShouldBeNull();
        board.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Many_waiters_are_all_answered_whatever_the_order_of_waiting_and_news()
    {
        var board = new OutcomeBoard((_, _) => Task.FromResult<CheckoutView?>(row), TimeProvider.System, TimeSpan.FromSeconds(20));
        var waits = Enumerable.Range(0, 200).Select(n => Task.Run(async () =>
        {
            var id = CheckoutId.Parse($"chk_{n % 10}");
            var waiting = board.WaitAsync(id, view => view.Revision >= n, Long, Token);
            board.Announce(id, View(CheckoutStatus.Authorized) with { Revision = 1_000 });
            return await waiting;
        })).ToArray();
        (await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(10), Token)).ShouldAllBe(view => view != null);
        board.Waiting.ShouldBe(0);
    }

    private OutcomeBoard Board() => new(
        (_, _) =>
        {
            Interlocked.Increment(ref reads);
            return Task.FromResult(row);
        },
        clock);

    private static CheckoutView View(CheckoutStatus status) => new() { Status = status, Amount = 1 };
}
