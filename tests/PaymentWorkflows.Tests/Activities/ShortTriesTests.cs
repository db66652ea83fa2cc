using PaymentWorkflows.Activities.Erp;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

public sealed class ShortTriesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_finds_no_place_waits_until_one_is_given_back()
    {
        using var tries = new ShortTries(atOnce: 1);
        var first = await tries.EnterAsync(Cancel);

        var waiting = tries.EnterAsync(Cancel);
        waiting.IsCompleted.ShouldBeFalse();
        first.Dispose();

        (await waiting).Dispose();
    }

    [Fact]
    public async Task Where_none_is_given_back_the_wait_is_short_and_its_place_is_nobodys()
    {
        using var tries = new ShortTries(atOnce: 2);
        using var first = await tries.EnterAsync(Cancel);
        var second = await tries.EnterAsync(Cancel);

        (await Should.ThrowAsync<ErpUnavailableException>(() => tries.EnterAsync(Cancel))).Message.ShouldBe("2 documents are on their way from this process.");

        second.Dispose();
        (await tries.EnterAsync(Cancel)).Dispose();
    }
}
