using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using PaymentWorkflows.IntegrationTests.Hostile;
using PaymentWorkflows.TestKit.Fuzzing;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>Many requests that nobody should send, at a Gateway without a stack behind it: its own answers, and what it would have started.</summary>
[Trait("Category", "Slow")]
public sealed class HostileRequestTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task Every_changed_request_gets_a_published_answer_and_what_is_refused_starts_nothing()
    {
        var play = await HostilePlay.AtAsync(gateway.Address);
        var made = await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        play.Accept(made.Text("id"));
        var cases = new HttpCases(RunningGateway.ApiKey, "/webhooks/stripe/main", made.Text("id"), made.Text("id"), "ref_nobody", made.Text("transaction_id"));

        var played = await Fuzz.PlayAsync(cases.Changed(), few: 1_000, atOnce: 4, play.SendAsync, sent => sent.ToString());

        TestContext.Current.TestOutputHelper?.WriteLine($"{played} requests; answers: {play.Statuses}");
        (await gateway.GetAsync("/health/ready")).Status.ShouldBe(200);
        gateway.Checkouts.Rows.Select(row => row.Id.Value).Except(play.Accepted).ShouldBeEmpty();
        gateway.Logs.Text.ShouldNotContain("Error PaymentWorkflows");
    }

    [Fact]
    public async Task The_judgement_sees_what_is_not_published()
    {
        using var http = new HttpClient { BaseAddress = gateway.Address };
        var cancel = TestContext.Current.CancellationToken;
        var published = new GatewayDescription(await http.GetStringAsync("/openapi/v1.json", cancel), await http.GetStringAsync("/docs/errors", cancel));
        var sent = new HttpCase("GET", "/v1/checkouts/chk_1", [], []);
        var ids = new Dictionary<string, string> { ["Request-Id"] = "req_1", ["Transaction-Id"] = "txn_1" };
        string Error(string code, string family = "not_found") => $$$"""{"error":{"type":"{{{family}}}","code":"{{{code}}}","message":"m","param":null,"transaction_id":"txn_1","doc_url":"http://x"}}""";
        published.Problem(sent, new RawAnswer(404, ids, Error("resource_missing"))).ShouldBeNull();
        published.Problem(sent, new RawAnswer(404, ids, Error("never_heard_of"))).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(400, ids, Error("resource_missing"))).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(413, ids, Error("body_too_large"))).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(404, ids, Error("resource_missing", "mistake"))).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(404, ids, """{"error":{"type":"not_found","code":"resource_missing"}}""")).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(404, ids, "<html>")).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(200, ids, """{"id":7}""")).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(404, new Dictionary<string, string>(), "")).ShouldNotBeNull();
        published.Problem(sent, new RawAnswer(400, new Dictionary<string, string>(), "")).ShouldBeNull();
    }
}
