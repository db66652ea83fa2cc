using System.Text;
using System.Text.Json;
using Google.Protobuf;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Hostile;
using PaymentWorkflows.TestKit.Fuzzing;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Webhooks that the provider did not send, or did not send so: refused as published, or kept once and closed.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class HostileWebhookTests(RunningStack stack) : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly AppBackend backend = new(stack);
    private readonly string run = $"{Guid.NewGuid():N}"[..12];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => backend.Dispose();

    [Fact]
    public async Task What_the_provider_did_not_sign_now_and_exactly_so_is_refused_and_kept_nowhere()
    {
        var text = SignedWebhook.Event($"evt_forged{run}");
        var body = Encoding.UTF8.GetBytes(text);
        var now = DateTimeOffset.UtcNow;
        HttpCase With(string? signature, byte[]? other = null) => SignedWebhook.Unsigned(stack.Options, other ?? body).With("Stripe-Signature", signature);
        string By(string secret, DateTimeOffset at, string scheme = "v1") => SignedWebhook.Signature(body, secret, at, scheme);
        var secret = stack.Options.Stripe.WebhookSecret;
        var good = By(secret, now);
        (string, HttpCase)[] forged =
        [
            ("no header", With(null)), ("an empty header", With("")), ("another secret", With(By("whsec_other", now))), ("stale", With(By(secret, now.AddSeconds(-400)))), ("from the future", With(By(secret, now.AddSeconds(400)))),
            ("no v1", With(By(secret, now, "v0"))), ("no time", With(good[(good.IndexOf(',', StringComparison.Ordinal) + 1)..])), ("another time", With(good.Replace("t=", "t=1", StringComparison.Ordinal))), ("cut signature", With(good[..^1])),
            ("two headers", With($"{good}\r\nStripe-Signature: {good}")), ("an altered byte", With(good, [.. body[..40], (byte)(body[40] ^ 1), .. body[41..]])), ("a byte more", With(good, [.. body, (byte)'\n'])), ("cut", With(good, body[..^1])),
            ("encoded anew", With(good, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(JsonDocument.Parse(text).RootElement, Indented)))), ("nothing", With(good, [])),
        ];
        foreach (var (what, sent) in forged)
        {
            (await CodeAsync(sent)).ShouldBe((400, "webhook_refused"), what);
        }

        (await KeptAsync("evt_forged%")).ShouldBe(0);
        (await CodeAsync(With(good))).ShouldBe((200, null));
        (await KeptAsync("evt_forged%")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_signed_but_no_event_is_refused_and_an_odd_event_is_kept_and_closed()
    {
        var id = $"evt_odd{run}";
        (string Body, int Status, string? Code)[] signed =
        [
            ("", 400, "webhook_refused"), ("not json", 400, "webhook_refused"), ("[]", 400, "webhook_refused"), ("null", 400, "webhook_refused"), ("{}", 400, "webhook_refused"), ("{\"id\":1,\"type\":\"t\"}", 400, "webhook_refused"), (SignedWebhook.Event("")[..60], 400, "webhook_refused"),
            (SignedWebhook.Event($"{id}\\u0000"), 400, "webhook_refused"), (SignedWebhook.Event($"{id}\\ud800"), 400, "webhook_refused"), (SignedWebhook.Event(id + new string('x', 300)), 400, "webhook_refused"), (SignedWebhook.Event($"{id} \\n"), 400, "webhook_refused"), (SignedWebhook.Event(id, "t\\u0000"), 400, "webhook_refused"),
            ($"{{\"id\":\"{id}\",\"type\":\"t\",\"a\":{new string('[', 10_000)}{new string(']', 10_000)}}}", 400, "webhook_refused"), (SignedWebhook.Event(id, metadata: $"\"a\":\"{new string('x', 2_097_152)}\""), 413, "body_too_large"),
            (SignedWebhook.Event($"{id}a", metadata: "\"a\":\"\\u0000\""), 200, null), (SignedWebhook.Event($"{id}b", metadata: "\"a\":\"\\ud800\""), 200, null), (SignedWebhook.Event($"{id}c", metadata: $"\"a\":{new string('9', 5_000)},\"b\":1e999"), 200, null),
            (SignedWebhook.Event($"{id}d", metadata: "\"workflow_id\":\"checkout/acme/a\\u0000b\",\"workflow_id\":\"x\""), 200, null), (SignedWebhook.Event($"{id}e", metadata: "\"workflow_id\":\"checkout/acme/a\\u0000b\""), 200, null), (SignedWebhook.Event($"{id}f", metadata: "\"workflow_id\":\"../../x\",\"checkout_id\":\"chk_nobody\""), 200, null),
            (SignedWebhook.Event($"{id}g", "refund.failed", metadata: "\"workflow_id\":\"refund/ref_nobody\""), 200, null), (SignedWebhook.Event($"{id}h", "no.such.type"), 200, null), (SignedWebhook.Event($"{id}i", payment: "\\u0000"), 200, null), (SignedWebhook.Event($"{id}j", metadata: $"\"a\":\"{new string('x', 900_000)}\""), 200, null),
        ];
        foreach (var (body, status, code) in signed)
        {
            (await CodeAsync(SignedWebhook.Of(stack.Options, body))).ShouldBe((status, code), body[..Math.Min(body.Length, 300)]);
        }

        (await KeptAsync($"{id}_%")).ShouldBe(10);
        await UntilClosedAsync($"{id}%");
    }

    [Fact]
    public async Task Every_changed_event_with_a_right_signature_gets_a_published_answer_and_is_closed()
    {
        var published = new GatewayDescription(await backend.TextAsync(new Uri(backend.Address(), "/openapi/v1.json")), await backend.TextAsync(new Uri(backend.Address(), "/docs/errors")));
        var right = SignedWebhook.Event($"evt_fuzz{run}", metadata: $"\"workflow_id\":\"checkout/hostile/{run}\",\"transaction_id\":\"txn_{run}\",\"checkout_id\":\"chk_{run}\"");
        await Fuzz.PlayAsync(
            JsonMutations.Of(right),
            few: 150,
            atOnce: 4,
            async made =>
            {
                // Each may be kept as an event of its own, so that none hides behind one that came before.
                var body = Replace(made.Body, $"evt_fuzz{run}", $"evt_fuzz{Guid.NewGuid():N}"[..20]);
                var sent = SignedWebhook.Of(stack.Options, body);
                var answer = (await RawExchange.SendAsync(backend.Address(), sent.Bytes(), Cancel)).ShouldNotBeNull();
                answer.Status.ShouldBeOneOf(200, 400, 413);
                published.Problem(sent, answer).ShouldBeNull();
            },
            made => $"{made.Done}\n{Encoding.Latin1.GetString(made.Body, 0, Math.Min(made.Body.Length, 1_000))}");
        await UntilClosedAsync("%");
    }

    [Fact]
    public async Task An_event_that_comes_a_hundred_times_at_once_and_again_later_is_kept_once_and_moves_its_checkout_once()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        await stack.Control.WebhooksAsync(new { drop = 1.0 }, Cancel);
        try
        {
            var input = Purchase.With("pm_card_authenticationRequired");
            var answer = await stack.BuyAsync(input);
            var handle = stack.Of(input);
            var id = $"evt_doubled{run}";
            var sent = SignedWebhook.Of(stack.Options, SignedWebhook.Event(
                id, payment: answer.View.Payment!.Id, metadata: $"\"workflow_id\":\"{handle.Id}\",\"transaction_id\":\"{answer.TransactionId}\",\"checkout_id\":\"{answer.CheckoutId}\""));
            using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            using var approved = await browser.PostAsync(new Uri(answer.View.NextAction!.Url + "/approve"), null, Cancel);

            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => RawExchange.SendAsync(backend.Address(1 + number % 2), sent.Bytes(), Cancel)));
            answers.ShouldAllBe(one => one!.Status == 200);
            (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
            (await CodeAsync(sent)).ShouldBe((200, null));

            (await KeptAsync(id)).ShouldBe(1);
            var history = await handle.FetchHistoryAsync();
            history.Events.Count(one => one.EventType == EventType.WorkflowExecutionSignaled && one.ToByteString().ToStringUtf8().Contains(id, StringComparison.Ordinal)).ShouldBe(1);
            (await stack.BooksOfAsync(answer.TransactionId)).Count.ShouldBe(1);
            var truth = await stack.TruthOfAsync(answer.TransactionId);
            (truth.Charged, truth.Captured).ShouldBe((1, Purchase.Amount));
        }
        finally
        {
            await stack.Control.WebhooksAsync(new { drop = 0.0 }, CancellationToken.None);
        }
    }

    private async Task<(int Status, string? Code)> CodeAsync(HttpCase sent)
    {
        var answer = (await RawExchange.SendAsync(backend.Address(), sent.Bytes(), Cancel)).ShouldNotBeNull();
        return (answer.Status, JsonDocument.Parse(answer.Body).RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null);
    }

    private async Task<long> KeptAsync(string id) => (await stack.RowsAsync<long>("SELECT count(*) FROM pay.inbox WHERE event_id LIKE $1", id))[0];

    /// <summary>None of them is tried again and again.</summary>
    private Task<IReadOnlyList<string>> UntilClosedAsync(string id) => RunningStack.EventuallyAsync(
        () => stack.RowsAsync<string>("SELECT event_id || ': ' || coalesce(detail, '') FROM pay.inbox WHERE event_id LIKE $1 AND outcome IS NULL", id), open => open.Count == 0);

    private static byte[] Replace(byte[] body, string old, string by) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace(old, by, StringComparison.Ordinal));
}
