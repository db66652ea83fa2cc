using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Erp;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>A dead ERP is asked now and then by one, and a backlog is back soon after it lives again.</summary>
public class ErpBreakerTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly ErpBreaker breaker;
    private int calls;

    public ErpBreakerTests() => breaker = new ErpBreaker(clock, new Random(1));

    [Fact]
    public async Task Three_failures_in_a_row_turn_the_next_away_without_a_call()
    {
        await FailAsync();
        await FailAsync();
        await SucceedAsync();
        await FailAsync();
        await FailAsync();
        breaker.IsOpen.ShouldBeFalse();
        await FailAsync();
        breaker.IsOpen.ShouldBeTrue();

        calls = 0;
        (await FailAsync()).Message.ShouldContain("others are looking");
        calls.ShouldBe(0);
    }

    [Fact]
    public async Task One_at_a_time_looks_and_the_first_that_gets_through_lets_all_go()
    {
        await OpenAsync();
        clock.Advance(TimeSpan.FromSeconds(5));
        var answer = new TaskCompletionSource<int>();
        var probe = breaker.RunAsync(() => answer.Task);
        calls = 0;
        await FailAsync();
        calls.ShouldBe(0);

        answer.SetResult(7);
        (await probe).ShouldBe(7);
        breaker.IsOpen.ShouldBeFalse();
        (await SucceedAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_look_that_was_broken_off_lets_another_look()
    {
        await OpenAsync();
        clock.Advance(TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<OperationCanceledException>(() => breaker.RunAsync<int>(() => throw new OperationCanceledException()));
        breaker.IsOpen.ShouldBeTrue();
        (await SucceedAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData(0, 0.8, 1.2)]
    [InlineData(60, 12, 18)]
    [InlineData(1_200, 240, 360)]
    [InlineData(86_400, 480, 720)]
    public async Task Who_is_turned_away_comes_back_after_a_quarter_of_the_outage(int outage, double least, double most)
    {
        await OpenAsync();
        clock.Advance(TimeSpan.FromSeconds(outage));
        var failure = await FailAsync();
        failure.RetryAfter.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task What_the_ERP_asks_for_is_heeded_within_reason()
    {
        (await FailAsync(TimeSpan.FromMinutes(2))).RetryAfter.ShouldBe(TimeSpan.FromMinutes(2));
        (await FailAsync(TimeSpan.FromDays(2))).RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        (await FailAsync(TimeSpan.FromMilliseconds(1))).RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(0.7));
    }

    private async Task OpenAsync()
    {
        for (var failure = 0; failure < 3; failure++)
        {
            await FailAsync();
        }
    }

    private Task<int> SucceedAsync() => breaker.RunAsync(() => Task.FromResult(1));

    private Task<ErpUnavailableException> FailAsync(TimeSpan? retryAfter = null) => Should.ThrowAsync<ErpUnavailableException>(() => breaker.RunAsync<int>(() =>
    {
        calls++;
        throw new ErpUnavailableException("down", retryAfter);
    }));
}
