using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Refunds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>Refunds come in a few at a time, and slowly while customers wait for checkouts.</summary>
public sealed class RefundGateTests
{
    private static readonly MerchantId Noisy = MerchantId.Parse("noisy");
    private static readonly MerchantId Quiet = MerchantId.Parse("quiet");

    private readonly FakeTimeProvider clock = new();
    private readonly CheckoutTraffic traffic;

    public RefundGateTests() => traffic = new CheckoutTraffic(clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_as_allowed_are_at_work_and_the_next_has_its_turn_when_one_is_done()
    {
        using var gate = Gate(2, 2);
        var first = new TaskCompletionSource<string>();
        var second = new TaskCompletionSource<string>();
        var begun = 0;
        var working = new[] { first, second }.Select(work => gate.TakeInAsync(Noisy, () => Begin(work.Task), Cancel)).ToArray();
        var third = gate.TakeInAsync(Noisy, () => Begin(Task.FromResult("third")), Cancel);
        begun.ShouldBe(2);
        third.IsCompleted.ShouldBeFalse();

        first.SetResult("first");
        (await third).ShouldBe("third");
        (await working[0]).ShouldBe("first");
        working[1].IsCompleted.ShouldBeFalse();
        second.SetResult("second");
        (await working[1]).ShouldBe("second");

        Task<string> Begin(Task<string> work)
        {
            Interlocked.Increment(ref begun);
            return work;
        }
    }

    [Fact]
    public async Task A_merchant_with_thousands_takes_nobody_elses_turn_and_only_its_own_are_turned_away()
    {
        using var gate = Gate(2, 1);
        var first = new TaskCompletionSource<string>();
        var working = gate.TakeInAsync(Noisy, () => first.Task, Cancel);
        var waiting = Enumerable.Range(0, RefundGate.Waiting).Select(_ => gate.TakeInAsync(Noisy, () => Task.FromResult("done"), Cancel)).ToArray();
        (await gate.TakeInAsync(Noisy, () => Task.FromResult("done"), Cancel)).ShouldBeNull();
        (await gate.TakeInAsync(Quiet, () => Task.FromResult("done"), Cancel)).ShouldBe("done");
        first.SetResult("first");
        (await Task.WhenAll(waiting)).ShouldAllBe(done => done == "done");
        (await working).ShouldBe("first");
    }

    [Fact]
    public async Task Work_that_fails_gives_its_turn_back()
    {
        using var gate = Gate(1, 1);
        await Should.ThrowAsync<InvalidOperationException>(() => gate.TakeInAsync<string>(Noisy, () => throw new InvalidOperationException("broken"), Cancel));
        (await gate.TakeInAsync(Noisy, () => Task.FromResult("done"), Cancel)).ShouldBe("done");
    }

    [Fact]
    public async Task Beside_checkouts_a_merchants_refunds_come_in_by_the_second_and_without_them_at_once()
    {
        using var gate = Gate(4, 4, perSecond: 2);
        var checkout = traffic.Begin();
        var done = 0;
        for (var i = 0; i < RefundPace.Burst; i++)
        {
            await OneAsync(Noisy);
        }

        var next = OneAsync(Noisy);
        await OneAsync(Quiet);
        (done, next.IsCompleted).ShouldBe((RefundPace.Burst + 1, false));
        var begin = clock.GetTimestamp();
        await PassAsync(next);
        clock.GetElapsedTime(begin).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(500));

        // The last checkout is answered; a moment later nobody waits.
        var last = OneAsync(Noisy);
        while (last.IsCompleted)
        {
            last = OneAsync(Noisy);
        }

        checkout.Dispose();
        last.IsCompleted.ShouldBeFalse();
        await PassAsync(last);
        traffic.IsQuiet.ShouldBeTrue();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => OneAsync(Noisy)));

        Task OneAsync(MerchantId merchant) => gate.TakeInAsync(merchant, () => Task.FromResult($"{Interlocked.Increment(ref done)}"), Cancel);
    }

    [Fact]
    public void A_moment_between_two_checkouts_is_no_calm()
    {
        traffic.IsQuiet.ShouldBeTrue();
        var one = traffic.Begin();
        using var other = traffic.Begin();
        one.Dispose();
        one.Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));
        traffic.IsQuiet.ShouldBeFalse();
        other.Dispose();
        traffic.IsQuiet.ShouldBeFalse();
        clock.Advance(CheckoutTraffic.Calm);
        traffic.IsQuiet.ShouldBeTrue();
    }

    private RefundGate Gate(int atOnce, int perMerchant, int perSecond = 1) => new(atOnce, perMerchant, new RefundPace(traffic, perSecond, clock));

    /// <summary>Lets time pass until it is done.</summary>
    private async Task PassAsync(Task waiting)
    {
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await waiting;
    }
}
