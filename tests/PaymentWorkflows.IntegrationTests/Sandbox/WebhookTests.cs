using System.Security.Cryptography;
using System.Text;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Deliveries: signed, in order, tried again, and disturbed on request.</summary>
[Trait("Category", "Slow")]
public sealed class WebhookTests
{
    private const string Payment = "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=automatic";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_of_a_payment_arrive_signed_and_in_the_order_of_their_creation()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await StartAsync(receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        var intent = await raw.PostAsync("/v1/payment_intents", Payment, "key-1");
        var types = new List<string>();
        for (var index = 0; index < 3; index++)
        {
            var webhook = await receiver.NextAsync(Cancel);
            types.Add(webhook.Type);
            IsSigned(webhook, sandbox.WebhookSecret).ShouldBeTrue();
            IsSigned(webhook, "whsec_other").ShouldBeFalse();
            ((string?)webhook.Event["api_version"]).ShouldBe("2026-10-28.endive");
            ((string?)webhook.Event["request"]!["idempotency_key"]).ShouldBe("key-1");
            ((string?)webhook.Event["request"]!["id"]).ShouldBe(intent.Headers["Request-Id"]);
        }

        types.ShouldBe(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    }

    [Fact]
    public async Task Only_the_types_that_the_endpoint_wants_are_posted_to_it()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await SandboxProcess.StartAsync(
            new SandboxProcessOptions { WebhookUrls = [receiver.Url], WebhookEvents = ["payment_intent.succeeded", "refund.created"] }, Cancel);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        var intent = await raw.PostAsync("/v1/payment_intents", Payment);
        await raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}");
        (await receiver.NextAsync(Cancel)).Type.ShouldBe("payment_intent.succeeded");
        (await receiver.NextAsync(Cancel)).Type.ShouldBe("refund.created");
        await DeliveredAsync(sandbox, 2);
        (await raw.GetAsync("/v1/events?delivery_success=false")).Body["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Stripes_own_client_accepts_the_signature_and_the_version_of_an_event()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await StartAsync(receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        var customer = await raw.PostAsync("/v1/customers");
        // A moved clock must not spoil the signature: the receiver compares it with its own clock.
        await sandbox.Control.AdvanceAsync(TimeSpan.FromHours(25), Cancel);
        var webhook = await receiver.NextAsync(Cancel);
        var parsed = global::Stripe.EventUtility.ConstructEvent(webhook.Body, webhook.Signature, sandbox.WebhookSecret);
        ((global::Stripe.Customer)parsed.Data.Object).Id.ShouldBe(customer.Id);
    }

    [Fact]
    public async Task What_is_refused_comes_again_before_what_follows_and_is_marked_delivered()
    {
        await using var receiver = new WebhookReceiver();
        receiver.Statuses.Enqueue(503);
        receiver.Statuses.Enqueue(500);
        await using var sandbox = await StartAsync(receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await raw.PostAsync("/v1/payment_intents", Payment);
        var seen = new List<ReceivedWebhook>();
        for (var index = 0; index < 5; index++)
        {
            seen.Add(await receiver.NextAsync(Cancel));
        }

        seen.Select(webhook => webhook.Id).Take(3).Distinct().Count().ShouldBe(1);
        seen.Select(webhook => webhook.Answered).ShouldBe([503, 500, 200, 200, 200]);
        seen.Skip(2).Select(webhook => webhook.Type).ShouldBe(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
        await DeliveredAsync(sandbox, 3);
        (await raw.GetAsync("/v1/events?delivery_success=false")).Body["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_address_gets_it_when_the_first_cannot_be_reached()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/"), receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await raw.PostAsync("/v1/customers");
        (await receiver.NextAsync(Cancel)).Type.ShouldBe("customer.created");
    }

    [Fact]
    public async Task Dropped_events_are_never_sent_and_the_event_list_tells_of_them()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await StartAsync(receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await sandbox.Control.WebhooksAsync(new { drop = 1.0 }, Cancel);
        await raw.PostAsync("/v1/customers", "name=dropped");
        await sandbox.Control.WebhooksAsync(new { duplicate = 1.0 }, Cancel);
        await raw.PostAsync("/v1/customers", "name=twice");
        var first = await receiver.NextAsync(Cancel);
        var second = await receiver.NextAsync(Cancel);
        first.Id.ShouldBe(second.Id);
        ((string?)first.Event["data"]!["object"]!["name"]).ShouldBe("twice");
        var missed = await raw.GetAsync("/v1/events?delivery_success=false&type=customer.created");
        missed.Body["data"]!.AsArray().Select(item => (string?)item!["data"]!["object"]!["name"]).ShouldContain("dropped");
    }

    [Fact]
    public async Task A_reordered_event_arrives_after_those_that_follow_it()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await StartAsync(receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await sandbox.Control.WebhooksAsync(new { reorder = 1.0 }, Cancel);
        var customer = await raw.PostAsync("/v1/customers");
        await sandbox.Control.WebhooksAsync(new { reorder = 0.0 }, Cancel);
        await raw.PostAsync($"/v1/customers/{customer.Id}", "name=later");
        (await receiver.NextAsync(Cancel)).Type.ShouldBe("customer.updated");
        (await receiver.NextAsync(Cancel)).Type.ShouldBe("customer.created");
    }

    [Fact]
    public async Task A_delay_counts_by_the_sandbox_clock()
    {
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await StartAsync(receiver.Url);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await sandbox.Control.WebhooksAsync(new { delay_ms = 3_600_000 }, Cancel);
        await raw.PostAsync("/v1/customers");
        ((await sandbox.Control.TruthAsync(Cancel))["events"]!["undelivered"]!.AsArray().Count).ShouldBe(1);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromHours(1), Cancel);
        (await receiver.NextAsync(Cancel)).Type.ShouldBe("customer.created");
    }

    [Fact]
    public async Task Undelivered_events_survive_a_kill_of_the_process()
    {
        var port = FreePort.Next();
        await using var sandbox = await StartAsync(new Uri($"http://127.0.0.1:{port}/webhooks/stripe/main"));
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await raw.PostAsync("/v1/payment_intents", Payment);
        await sandbox.KillAsync();
        await using var receiver = new WebhookReceiver(port);
        await sandbox.RestartAsync(Cancel);
        var types = new List<string>();
        for (var index = 0; index < 3; index++)
        {
            types.Add((await receiver.NextAsync(Cancel)).Type);
        }

        types.ShouldBe(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    }

    [Fact]
    public void The_signature_is_what_the_documentation_computes()
    {
        // The vector of RFC 4231, test case 2, keeps our own verifier honest.
        Convert.ToHexStringLower(HMACSHA256.HashData("Jefe"u8, "what do ya want for nothing?"u8))
            .ShouldBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        var header = WebhookSignature.Header("webhook_secret", 1533204620, "{}"u8);
        header.ShouldBe("t=1533204620,v1=" + Hmac("webhook_secret", "1533204620.{}"));
    }

    private static Task<SandboxProcess> StartAsync(params Uri[] urls) =>
        SandboxProcess.StartAsync(new SandboxProcessOptions { WebhookUrls = urls }, Cancel);

    private static async Task DeliveredAsync(SandboxProcess sandbox, int count)
    {
        // The answer of the receiver is noted a moment after it was given.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await sandbox.Control.TruthAsync(Cancel))["events"]!["delivered"]!.AsArray().Count < count)
        {
            await tick.WaitForNextTickAsync(Cancel);
        }
    }

    private static bool IsSigned(ReceivedWebhook webhook, string secret)
    {
        var parts = webhook.Signature.Split(',').Select(part => part.Split('=')).ToLookup(part => part[0], part => part[1]);
        return parts["v1"].Contains(Hmac(secret, $"{parts["t"].Single()}.{webhook.Body}"));
    }

    private static string Hmac(string secret, string message)
    {
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        return Convert.ToHexStringLower(hmac.ComputeHash(Encoding.UTF8.GetBytes(message)));
    }
}
