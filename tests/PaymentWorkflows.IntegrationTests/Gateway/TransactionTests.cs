using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary><c>GET /v1/transactions/{txn}</c> and <c>GET /metrics</c> at the edge.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task A_transaction_that_nobody_knows_is_404_and_what_is_no_id_is_400()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var unknown = await gateway.GetAsync("/v1/transactions/txn_nobody");
        (unknown.Status, unknown.Code, unknown.Param).ShouldBe((404, "resource_missing", "txn"));
        unknown.Headers["Transaction-Id"].ShouldBe("txn_nobody");
        var wrong = await gateway.GetAsync("/v1/transactions/chk_1");
        (wrong.Status, wrong.Code, wrong.Param).ShouldBe((400, "parameter_invalid", "txn"));
    }

    [Fact]
    public async Task The_story_takes_a_key_and_the_metrics_take_none()
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Http.DefaultRequestHeaders.Authorization = null;
        (await gateway.GetAsync("/v1/transactions/txn_1")).Status.ShouldBe(401);
        var metrics = await gateway.GetAsync("/metrics");
        metrics.Status.ShouldBe(200);
        metrics.Headers["Content-Type"].ShouldStartWith("text/plain; version=0.0.4");
        metrics.Body.ShouldContain("http_server_request_duration_seconds_count");
    }

    [Fact]
    public async Task The_story_is_described()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var document = (await gateway.GetAsync("/openapi/v1.json")).Json;
        var operation = document.GetProperty("paths").GetProperty("/v1/transactions/{txn}").GetProperty("get");
        operation.GetProperty("operationId").GetString().ShouldBe("getTransaction");
        operation.GetProperty("responses").EnumerateObject().Select(one => one.Name).ShouldBe(["200", "400", "401", "404", "503"], ignoreOrder: true);
        var resource = document.GetProperty("components").GetProperty("schemas").GetProperty("TransactionResource").GetProperty("properties");
        foreach (var name in new[] { "object", "id", "merchant", "status", "owner", "failure", "money", "story", "checkouts", "steps", "attempts", "events", "ledger_entries", "links" })
        {
            resource.TryGetProperty(name, out _).ShouldBeTrue(name);
        }
    }
}
