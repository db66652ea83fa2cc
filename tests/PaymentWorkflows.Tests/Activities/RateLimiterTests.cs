using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Activities.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

public sealed class RateLimiterTests
{
    private static readonly RateBucket Ten = new("ten", 10);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryBuckets buckets = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_bucket_lets_its_capacity_go_and_not_one_more()
    {
        var limiter = Limiter(TimeSpan.Zero);
        for (var call = 0; call < 10; call++)
        {
            await limiter.AcquireAsync([Ten], Cancelled);
        }

        (await Should.ThrowAsync<ProviderBusyException>(() => limiter.AcquireAsync([Ten], Cancelled))).Code.ShouldBe("our_rate_limit");
    }

    [Fact]
    public async Task Two_processes_together_get_what_one_would()
    {
        RateLimiter[] processes = [Limiter(TimeSpan.Zero), Limiter(TimeSpan.Zero)];
        var granted = 0;
        for (var call = 0; call < 40; call++)
        {
            granted += await IsGrantedAsync(processes[call % 2]) ? 1 : 0;
        }

        granted.ShouldBe(10);
    }

    [Fact]
    public async Task A_call_waits_until_a_token_has_run_in()
    {
        var limiter = Limiter(TimeSpan.FromSeconds(5));
        for (var call = 0; call < 10; call++)
        {
            await limiter.AcquireAsync([Ten], Cancelled);
        }

        var waiting = limiter.AcquireAsync([Ten], Cancelled);
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(50));
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
    }

    [Fact]
    public async Task Refunds_and_back_fill_leave_a_part_to_checkouts()
    {
        var limiter = Limiter(TimeSpan.Zero);
        async Task<int> GrantedAsync(CallPriority priority)
        {
            CallPriorities.Use(priority);
            var granted = 0;
            while (await IsGrantedAsync(limiter))
            {
                granted++;
            }

            return granted;
        }

        (await GrantedAsync(CallPriority.BackFill)).ShouldBe(5);
        (await GrantedAsync(CallPriority.Refund)).ShouldBe(2);
        (await GrantedAsync(CallPriority.Checkout)).ShouldBe(3);
    }

    [Fact]
    public async Task A_handful_that_is_not_used_in_a_second_is_gone()
    {
        var many = new RateBucket("many", 100);
        var limiter = Limiter(TimeSpan.Zero);
        await limiter.AcquireAsync([many], Cancelled);
        buckets.Asked.ShouldBe(1);
        await limiter.AcquireAsync([many], Cancelled);
        buckets.Asked.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(2));
        await limiter.AcquireAsync([many], Cancelled);
        buckets.Asked.ShouldBe(2);
    }

    private static async Task<bool> IsGrantedAsync(RateLimiter limiter)
    {
        try
        {
            await limiter.AcquireAsync([Ten], Cancelled);
            return true;
        }
        catch (ProviderBusyException)
        {
            return false;
        }
    }

    private RateLimiter Limiter(TimeSpan patience) => new(buckets, "stripe", patience, clock);

    private sealed class MemoryBuckets : IRateBuckets
    {
        private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> kept = [];

        public int Asked { get; private set; }

        public Task<bool> TakeAsync(RateBucket bucket, int tokens, double leave, DateTimeOffset now, CancellationToken cancellationToken)
        {
            Asked++;
            var (have, at) = kept.GetValueOrDefault(bucket.Name, (bucket.Capacity, now));
            have = Math.Min(bucket.Capacity, have + ((now - at).TotalSeconds * bucket.PerSecond));
            var granted = have - tokens >= leave;
            kept[bucket.Name] = (granted ? have - tokens : have, now);
            return Task.FromResult(granted);
        }
    }
}
