using System.Net;
using System.Net.Sockets;
using PaymentWorkflows.Sandbox.Faults;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Each scripted fault does what its name says, and the truth tells what really happened.</summary>
public sealed class FaultTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Payment = "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=automatic";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task Commit_then_hang_executes_and_never_answers_but_the_object_can_be_read_and_the_key_replays()
    {
        var key = Guid.NewGuid().ToString();
        await SetAsync("commit_then_hang");

        // Not before the sandbox has read the request: what was not read is not committed.
        using var impatient = new RawClient(sandbox.Process.Stripe, sandbox.Process.ApiKey, TimeSpan.FromSeconds(2));
        await Should.ThrowAsync<OperationCanceledException>(() => impatient.PostAsync("/v1/payment_intents", Payment + $"&metadata[k]={key}", key));

        var found = await Raw.GetAsync("/v1/payment_intents/search?query=" + Uri.EscapeDataString($"metadata['k']:'{key}'"));
        var intent = found.Body["data"]!.AsArray().Single()!;
        (await Raw.GetAsync($"/v1/payment_intents/{intent["id"]}")).Text("status").ShouldBe("succeeded");
        var repeat = await Raw.PostAsync("/v1/payment_intents", Payment + $"&metadata[k]={key}", key);
        (repeat.Status, repeat.Id).ShouldBe((200, (string)intent["id"]!));
        var logged = (await sandbox.Control.TruthAsync(Cancel))["requests"]!.AsArray().Where(item => (string?)item!["idempotency_key"] == key).ToList();
        ((string?)logged[0]!["fault"], logged[0]!["status"]).ShouldBe(("commit_then_hang", null));
    }

    [Fact]
    public async Task Commit_then_reset_executes_and_resets_the_connection()
    {
        var key = Guid.NewGuid().ToString();
        await SetAsync("commit_then_reset");
        var failure = await Should.ThrowAsync<HttpRequestException>(() => Raw.PostAsync("/v1/payment_intents", Payment, key));
        var socket = failure.InnerException as SocketException ?? failure.InnerException?.InnerException as SocketException;
        socket.ShouldNotBeNull(failure.ToString()).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        var repeat = await Raw.PostAsync("/v1/payment_intents", Payment, key);
        (repeat.Status, repeat.Headers.ContainsKey("Idempotent-Replayed")).ShouldBe((200, true));
    }

    [Fact]
    public async Task Hang_then_drop_executes_nothing()
    {
        var key = Guid.NewGuid().ToString();
        await SetAsync("hang_then_drop", delayMs: 200);
        await Should.ThrowAsync<HttpRequestException>(() => Raw.PostAsync("/v1/payment_intents", Payment, key));
        var repeat = await Raw.PostAsync("/v1/payment_intents", Payment, key);
        (repeat.Status, repeat.Headers.ContainsKey("Idempotent-Replayed")).ShouldBe((200, false));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_stored_500_is_replayed_whether_or_not_the_effect_took_place(bool committed, int effects)
    {
        var key = Guid.NewGuid().ToString();
        await sandbox.Control.AddFaultAsync(new { kind = "stored_500", committed, match = new { method = "POST", path = "/v1/payment_intents" } }, Cancel);
        var first = await Raw.PostAsync("/v1/payment_intents", Payment + $"&metadata[k]={key}", key);
        var repeat = await Raw.PostAsync("/v1/payment_intents", Payment + $"&metadata[k]={key}", key);
        (first.Status, repeat.Status, repeat.Headers["Idempotent-Replayed"]).ShouldBe((500, 500, "true"));
        var found = await Raw.GetAsync("/v1/payment_intents/search?query=" + Uri.EscapeDataString($"metadata['k']:'{key}'"));
        found.Body["data"]!.AsArray().Count.ShouldBe(effects);
    }

    [Theory]
    [InlineData("rate_limited", 429, "rate_limit", true)]
    [InlineData("lock_timeout", 429, "lock_timeout", false)]
    [InlineData("unauthorized", 401, "api_key_expired", false)]
    [InlineData("forbidden", 403, "secret_key_required", false)]
    [InlineData("unavailable", 503, null, false)]
    public async Task A_request_that_is_turned_away_is_not_executed_and_its_key_stays_free(string kind, int status, string? code, bool limited)
    {
        var key = Guid.NewGuid().ToString();
        await SetAsync(kind);
        var refused = await Raw.PostAsync("/v1/payment_intents", Payment, key);
        (refused.Status, (string?)refused.Error["code"], refused.Headers.ContainsKey("Stripe-Rate-Limited-Reason")).ShouldBe((status, code, limited));
        var repeat = await Raw.PostAsync("/v1/payment_intents", Payment, key);
        (repeat.Status, repeat.Headers.ContainsKey("Idempotent-Replayed")).ShouldBe((200, false));
    }

    [Fact]
    public async Task Wrong_amount_and_wrong_currency_are_executed_and_stay_wrong()
    {
        await SetAsync("wrong_amount");
        var amount = await Raw.PostAsync("/v1/payment_intents", Payment);
        ((long)amount.Body["amount"]!).ShouldBe(1001);
        ((long)(await Raw.GetAsync($"/v1/payment_intents/{amount.Id}")).Body["amount_received"]!).ShouldBe(1001);
        await SetAsync("wrong_currency");
        var currency = await Raw.PostAsync("/v1/payment_intents", Payment);
        (await Raw.GetAsync($"/v1/payment_intents/{currency.Id}")).Text("currency").ShouldBe("usd");
    }

    [Fact]
    public async Task Wrong_state_answers_what_the_object_is_not()
    {
        await SetAsync("wrong_state");
        var answer = await Raw.PostAsync("/v1/payment_intents", Payment);
        answer.Text("status").ShouldBe("canceled");
        (await Raw.GetAsync($"/v1/payment_intents/{answer.Id}")).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_refund_can_be_refused_for_want_of_balance()
    {
        var intent = await Raw.PostAsync("/v1/payment_intents", Payment);
        await sandbox.Control.AddFaultAsync(new { kind = "balance_insufficient", match = new { method = "POST", path = "/v1/refunds" } }, Cancel);
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}");
        (refused.Status, (string?)refused.Error["code"]).ShouldBe((400, "balance_insufficient"));
        (await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Search_lags_when_told_to()
    {
        var key = Guid.NewGuid().ToString();
        await sandbox.Control.AddFaultAsync(
            new { kind = "search_lag", delay_ms = 60_000, times = 0, match = new { method = "GET", path = "/v1/payment_intents/search" } }, Cancel);
        await Raw.PostAsync("/v1/payment_intents", Payment + $"&metadata[k]={key}");
        var query = "/v1/payment_intents/search?query=" + Uri.EscapeDataString($"metadata['k']:'{key}'");
        (await Raw.GetAsync(query)).Body["data"]!.AsArray().ShouldBeEmpty();
        await sandbox.Control.AdvanceAsync(TimeSpan.FromSeconds(61), Cancel);
        (await Raw.GetAsync(query)).Body["data"]!.AsArray().Count.ShouldBe(1);
        await sandbox.Control.ClearFaultsAsync(Cancel);
    }

    [Fact]
    public async Task Only_the_nth_request_is_hit()
    {
        await sandbox.Control.AddFaultAsync(new { kind = "unavailable", match = new { method = "POST", path = "/v1/customers", nth = 2 } }, Cancel);
        var statuses = new List<int>();
        for (var index = 0; index < 3; index++)
        {
            statuses.Add((await Raw.PostAsync("/v1/customers")).Status);
        }

        statuses.ShouldBe([200, 503, 200]);
    }

    [Theory]
    [InlineData("/faults", """{"kind":"slow","delay":5}""", "delay")]
    [InlineData("/faults", """{"kind":"explode"}""", "commit_then_hang")]
    [InlineData("/faults", """{"kind":"slow","match":{"verb":"GET"}}""", "verb")]
    [InlineData("/webhooks", """{"drop":2}""", "probability")]
    [InlineData("/clock", """{"advance":"tomorrow"}""", "PT25H")]
    public async Task The_control_port_says_what_is_wrong_and_what_is_allowed(string path, string body, string said)
    {
        var refused = await Should.ThrowAsync<HttpRequestException>(
            () => sandbox.Control.SendAsync(HttpMethod.Post, path, System.Text.Json.JsonDocument.Parse(body).RootElement, Cancel));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.Message.ShouldContain(said);
    }

    [Theory]
    [InlineData("/v1/payment_intents", "/v1/payment_intents", true)]
    [InlineData("/v1/payment_intents", "/v1/payment_intents/pi_1", false)]
    [InlineData("/v1/payment_intents/{id}/capture", "/v1/payment_intents/pi_1/capture", true)]
    [InlineData("/v1/payment_intents/*", "/v1/payment_intents/pi_1", true)]
    [InlineData("/v1/payment_intents/*", "/v1/payment_intents/pi_1/capture", false)]
    [InlineData("/v1/**", "/v1/payment_intents/pi_1/capture", true)]
    public void Paths_match_exactly_or_by_wildcards(string pattern, string path, bool matches) =>
        FaultBook.PathMatches(pattern, path).ShouldBe(matches);

    private Task<System.Text.Json.Nodes.JsonObject> SetAsync(string kind, int? delayMs = null) => sandbox.Control.AddFaultAsync(
        new { kind, delay_ms = delayMs, match = new { method = "POST", path = "/v1/payment_intents" } }, Cancel);
}
