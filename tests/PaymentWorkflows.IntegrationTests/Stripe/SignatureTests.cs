using System.Text;
using System.Text.Json;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.IntegrationTests.Sandbox;
using PaymentWorkflows.Stripe.Webhooks;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>
/// Webhook signatures against fixed vectors. All were made by <c>openssl dgst -sha256 -hmac SECRET</c> over <c>t.body</c>; the first
/// is also the one of Stripe's own SDK tests.
/// </summary>
public sealed class SignatureTests
{
    private const string Mine = "112b8f3347b5153a9d788c594c4995aa89ddabd6ed8707eec0ae9f30fb646011";
    private const string Rolled = "1e516ec38045541a2ad67e3643487504048b8daf96038fe58fa61dd23d3d7875";
    private const string Wrong = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string NoMatch = "no signature matches";
    private const string Outside = "the timestamp is outside the tolerance";

    private static readonly byte[] Body = """{"id":"evt_1","type":"payment_intent.succeeded"}"""u8.ToArray();
    private static readonly DateTimeOffset Signed = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_vector_of_the_providers_SDK_is_genuine()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = "evt_123",
                @object = "event",
                account = "acct_123",
                api_version = "2017-05-25",
                created = 1_533_204_620,
                data = new { @object = new { id = "cus_123", @object = "customer", created = 123_456_789, email = "test@stripe.com", livemode = false, metadata = new { } } },
                livemode = false,
                pending_webhooks = 1,
                request = new { id = "req_123", idempotency_key = "idempotency-key-123" },
                type = "customer.created",
            },
            Indented);
        byte[] exact = [.. body, (byte)'\n'];
        exact.Length.ShouldBe(484);
        const string Header = "t=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7";
        StripeSignature.Problem(exact, Header, ["webhook_secret"], DateTimeOffset.FromUnixTimeSeconds(1_533_204_620)).ShouldBeNull();
        StripeSignature.Problem(exact, Header, ["webhook_secret2"], DateTimeOffset.FromUnixTimeSeconds(1_533_204_620)).ShouldBe(NoMatch);
        StripeSignature.Problem(body, Header, ["webhook_secret"], DateTimeOffset.FromUnixTimeSeconds(1_533_204_620)).ShouldBe(NoMatch);
    }

    [Theory]
    [InlineData($"t=1700000000,v1={Mine}", null)]
    [InlineData($"v1={Mine},t=1700000000", null)]
    [InlineData($"t=1700000000, v1={Mine}", null)]
    [InlineData($"t=1700000000,v1={Wrong},v1={Mine},v1={Rolled}", null)]
    [InlineData($"t=1700000000,v1={Mine},v0={Wrong},scheme=x,,=,v9", null)]
    [InlineData($"t=1700000000,v1={Mine},t=1", null)]
    [InlineData($"t=1700000000,v0={Mine}", NoMatch)]
    [InlineData("t=1700000000", NoMatch)]
    [InlineData("t=1700000000,v1=", NoMatch)]
    [InlineData($"t=1700000000,v1={Wrong}", NoMatch)]
    [InlineData($"t=1700000000,v1={Mine}00", NoMatch)]
    [InlineData("t=1700000000,v1=112B8F3347B5153A9D788C594C4995AA89DDABD6ED8707EEC0AE9F30FB646011", NoMatch)]
    [InlineData($"t=1700000001,v1={Mine}", NoMatch)]
    [InlineData($"t=01700000000,v1={Mine}", NoMatch)]
    [InlineData($"v1={Mine}", "no timestamp")]
    [InlineData($"t=,v1={Mine}", "no timestamp")]
    [InlineData($"t=-1700000000,v1={Mine}", "no timestamp")]
    [InlineData($"t=1700000000.0,v1={Mine}", "no timestamp")]
    [InlineData($"t=99999999999999999999,v1={Mine}", "no timestamp")]
    [InlineData("", "no signature header")]
    [InlineData(null, "no signature header")]
    public void A_header_is_genuine_only_with_a_v1_over_exactly_this_time_and_body(string? header, string? problem) =>
        StripeSignature.Problem(Body, header, ["whsec_old"], Signed).ShouldBe(problem);

    [Fact]
    public void A_header_that_is_too_long_is_not_even_read() =>
        StripeSignature.Problem(Body, $"t=1700000000,v1={Mine}," + new string('x', 10_000), ["whsec_old"], Signed).ShouldBe("the signature header is too long");

    [Theory]
    [InlineData(0, null)]
    [InlineData(300, null)]
    [InlineData(301, Outside)]
    [InlineData(-300, null)]
    [InlineData(-301, Outside)]
    public void An_event_that_is_older_or_newer_than_five_minutes_is_refused(int seconds, string? problem) =>
        StripeSignature.Problem(Body, $"t=1700000000,v1={Mine}", ["whsec_old"], Signed.AddSeconds(seconds)).ShouldBe(problem);

    [Fact]
    public void A_wrong_signature_learns_nothing_about_the_clock() =>
        StripeSignature.Problem(Body, $"t=1700000000,v1={Wrong}", ["whsec_old"], Signed.AddYears(1)).ShouldBe(NoMatch);

    [Fact]
    public void Every_altered_byte_breaks_the_signature()
    {
        for (var index = 0; index < Body.Length; index++)
        {
            var altered = Body.ToArray();
            altered[index] ^= 1;
            StripeSignature.Problem(altered, $"t=1700000000,v1={Mine}", ["whsec_old"], Signed).ShouldBe(NoMatch, $"byte {index}");
        }
    }

    [Fact]
    public void While_a_secret_is_rolled_both_are_good_and_afterwards_only_the_new_one()
    {
        foreach (var signature in (string[])[Mine, Rolled])
        {
            StripeSignature.Problem(Body, $"t=1700000000,v1={signature}", ["whsec_new", "whsec_old"], Signed).ShouldBeNull();
        }

        StripeSignature.Problem(Body, $"t=1700000000,v1={Mine}", ["whsec_new"], Signed).ShouldBe(NoMatch);
        StripeSignature.Problem(Body, $"t=1700000000,v1={Mine},v1={Rolled}", ["whsec_new"], Signed).ShouldBeNull();
        StripeSignature.Problem(Body, $"t=1700000000,v1={Mine}", [], Signed).ShouldBe(NoMatch);
    }

    [Fact]
    public async Task What_the_sandbox_sends_is_genuine_to_our_own_check_and_names_the_workflow_and_the_payment()
    {
        await using var receiver = new WebhookReceiver();
        await using var process = await SandboxProcess.StartAsync(new SandboxProcessOptions { WebhookUrls = [receiver.Url] }, Cancel);
        using var adapter = StripeAdapter.For(process);
        using var stranger = StripeAdapter.For(process.Stripe, webhookSecret: "whsec_other");
        var request = Orders.Pay();
        await adapter.Payments.SendAsync(request, Cancel);

        ReceivedWebhook received;
        do
        {
            received = await receiver.NextAsync(Cancel);
            var bytes = Encoding.UTF8.GetBytes(received.Body);
            adapter.Webhooks.Check(bytes, received.Signature, DateTimeOffset.UtcNow).ShouldBe(new WebhookCheck.Genuine(received.Id, received.Type, adapter.Webhooks.Read(bytes)));
            stranger.Webhooks.Check(bytes, received.Signature, DateTimeOffset.UtcNow).ShouldBeOfType<WebhookCheck.Refused>();
            bytes[^2] ^= 1;
            adapter.Webhooks.Check(bytes, received.Signature, DateTimeOffset.UtcNow).ShouldBeOfType<WebhookCheck.Refused>();
        }
        while (received.Type != "payment_intent.succeeded");

        var subject = adapter.Webhooks.Read(Encoding.UTF8.GetBytes(received.Body));
        subject.ShouldBe(new WebhookSubject(
            request.WorkflowId, (string?)received.Event["data"]!["object"]!["id"], request.TransactionId, request.CheckoutId, WebhookInterest.Payment)
        { TellsOfMoney = true });
    }
}
