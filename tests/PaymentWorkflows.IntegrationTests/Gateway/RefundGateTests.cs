using PaymentWorkflows.Domain;
using PaymentWorkflows.Gateway.Refunds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>Refunds come in a few at a time.</summary>
public sealed class RefundGateTests
{
    private static readonly MerchantId Noisy = MerchantId.Parse("noisy");
    private static readonly MerchantId Quiet = MerchantId.Parse("quiet");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_as_allowed_are_at_work_and_the_next_has_its_turn_when_one_is_done()
    {
        using var gate = new RefundGate(2, 2);
        var first = new TaskCompletionSource<string>();
        var second = new TaskCompletionSource<string>();
        var begun = 0;
        var working = new[] { first, second }.Select(work => gate.PassAsync(Noisy, () => Begin(work.Task), Cancel)).ToArray();
        var third = gate.PassAsync(Noisy, () => Begin(Task.FromResult("third")), Cancel);
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
    public async Task When_as_many_as_may_wait_do_the_next_is_told_so()
    {
        using var gate = new RefundGate(1, 1);
        var first = new TaskCompletionSource<string>();
        var working = gate.PassAsync(Noisy, () => first.Task, Cancel);
        var waiting = Enumerable.Range(0, RefundGate.Waiting).Select(_ => gate.PassAsync(Noisy, () => Task.FromResult("done"), Cancel)).ToArray();
        (await gate.PassAsync(Noisy, () => Task.FromResult("done"), Cancel)).ShouldBeNull();
        first.SetResult("first");
        (await Task.WhenAll(waiting)).ShouldAllBe(done => done == "done");
        (await working).ShouldBe("first");
    }

    [Fact]
    public async Task Work_that_fails_gives_its_turn_back()
    {
        using var gate = new RefundGate(1, 1);
        await Should.ThrowAsync<InvalidOperationException>(() => gate.PassAsync<string>(Noisy, () => throw new InvalidOperationException("broken"), Cancel));
        (await gate.PassAsync(Noisy, () => Task.FromResult("done"), Cancel)).ShouldBe("done");
    }

    [Fact]
    public async Task A_merchant_with_thousands_takes_nobody_elses_turn_and_gets_nobody_turned_away()
    {
        using var gate = new RefundGate(2, 1);
        var first = new TaskCompletionSource<string>();
        var working = gate.PassAsync(Noisy, () => first.Task, Cancel);
        var waiting = Enumerable.Range(0, RefundGate.Waiting).Select(_ => gate.PassAsync(Noisy, () => Task.FromResult("done"), Cancel)).ToArray();
        (await gate.PassAsync(Noisy, () => Task.FromResult("done"), Cancel)).ShouldBeNull();
        (await gate.PassAsync(Quiet, () => Task.FromResult("done"), Cancel)).ShouldBe("done");
        (await gate.PassAsync(null, () => Task.FromResult("done"), Cancel)).ShouldBe("done");
        first.SetResult("first");
        (await Task.WhenAll(waiting)).ShouldAllBe(done => done == "done");
        (await working).ShouldBe("first");
    }
}
