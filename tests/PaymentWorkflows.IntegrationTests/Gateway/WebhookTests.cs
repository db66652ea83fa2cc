using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Gateway.Webhooks;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class WebhookTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task A_genuine_event_is_acknowledged_once_durable_and_reaches_its_saga()
    {
        var answer = await gateway.WebhookAsync("evt_1|payment_intent.succeeded|checkout/acme/ord_1");
        (answer.Status, answer.Body).ShouldBe((200, """{"received":true}"""));
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe("Signaled");
        gateway.Engine.Signals.ShouldHaveSingleItem().ShouldBe(("checkout/acme/ord_1", new ProviderEventSignal("evt_1", "payment_intent.succeeded", "pi_1")));
    }

    [Fact]
    public async Task No_api_key_is_asked_for()
    {
        gateway.Http.DefaultRequestHeaders.Authorization = null;
        (await gateway.WebhookAsync("evt_1|boring|")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_known_event_is_acknowledged_again_and_delivered_once()
    {
        await gateway.WebhookAsync("evt_1|t|checkout/a/b");
        await gateway.Inbox.EndOf("evt_1");
        (await gateway.WebhookAsync("evt_1|t|checkout/a/b")).Status.ShouldBe(200);
        await gateway.WebhookAsync("evt_2|t|checkout/a/c");
        await gateway.Inbox.EndOf("evt_2");
        gateway.Engine.Signals.Select(sent => sent.Signal.EventId).ShouldBe(["evt_1", "evt_2"]);
    }

    [Fact]
    public async Task A_forged_event_is_refused_in_the_same_words_and_kept_nowhere()
    {
        var first = await gateway.WebhookAsync("evt_1|t|checkout/a/b", signature: "forged");
        var second = await gateway.WebhookAsync("evt_9|other|", signature: "t=1,v1=00");
        first.Status.ShouldBe(400);
        WithoutId(second).ShouldBe(WithoutId(first));
        static string WithoutId(Answer answer) => answer.Body.Replace(answer.Error.GetProperty("transaction_id").GetString()!, "txn_", StringComparison.Ordinal);
        gateway.Inbox.Kept.ShouldBe(0);
        gateway.Logs.Text.ShouldContain("no valid signature");
        gateway.Logs.Text.ShouldNotContain("evt_1");
    }

    [Fact]
    public async Task An_unknown_account_is_404()
    {
        (await gateway.WebhookAsync("evt_1|t|", account: "other")).Status.ShouldBe(404);
        gateway.Inbox.Kept.ShouldBe(0);
    }

    [Fact]
    public async Task What_cannot_be_written_is_503_and_never_acknowledged()
    {
        gateway.Inbox.Fault = new TimeoutException("down");
        var answer = await gateway.WebhookAsync("evt_1|t|checkout/a/b");
        (answer.Status, answer.Headers["Retry-After"]).ShouldBe((503, "1"));
        gateway.Inbox.Fault = null;
        (await gateway.WebhookAsync("evt_1|t|checkout/a/b")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_body_over_a_megabyte_is_413()
    {
        (await gateway.WebhookAsync($"evt_1|t|{new string('x', 1_048_577)}")).Status.ShouldBe(413);
        (await gateway.WebhookAsync($"evt_1|boring|{new string('x', 1_000_000)}")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("evt_1|boring|checkout/a/b", "Ignored")]
    [InlineData("evt_1|t|", "Ignored")]
    [InlineData("evt_1|unreadable|checkout/a/b", "Parked")]
    public async Task What_no_saga_waits_for_is_closed_and_what_cannot_be_read_is_parked(string body, string end)
    {
        await gateway.WebhookAsync(body);
        var (what, detail, _) = await gateway.Inbox.EndOf("evt_1");
        what.ShouldBe(end);
        detail.ShouldNotBeNullOrEmpty();
        gateway.Engine.Signals.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_of_a_workflow_that_is_gone_is_ignored_with_the_reason()
    {
        gateway.Engine.Signal = _ => false;
        await gateway.WebhookAsync("evt_1|t|checkout/a/b");
        var (what, detail, _) = await gateway.Inbox.EndOf("evt_1");
        what.ShouldBe("Ignored");
        detail.ShouldNotBeNull().ShouldContain("checkout/a/b");
    }

    [Fact]
    public async Task A_signal_that_fails_is_tried_again_later()
    {
        gateway.Engine.Signal = _ => throw new InvalidOperationException("engine down");
        var before = TimeProvider.System.GetUtcNow();
        await gateway.WebhookAsync("evt_1|t|checkout/a/b");
        var (what, _, at) = await gateway.Inbox.EndOf("evt_1");
        what.ShouldBe("Postponed");
        at.ShouldBeGreaterThanOrEqualTo(before + TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 32)]
    [InlineData(6, 60)]
    [InlineData(1_000, 60)]
    public void Pauses_double_to_a_minute(int tries, int seconds) => InboxDispatcher.Pause(tries).ShouldBe(TimeSpan.FromSeconds(seconds));
}
