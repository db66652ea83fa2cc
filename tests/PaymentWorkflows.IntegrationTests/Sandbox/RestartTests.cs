using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>What was answered is still true after a kill.</summary>
[Trait("Category", "Slow")]
public sealed class RestartTests
{
    private const string Payment = "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=manual&metadata[order]=7";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_keys_faults_and_the_clock_survive_a_kill()
    {
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken: Cancel);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromDays(1), Cancel);
        var intent = await raw.PostAsync("/v1/payment_intents", Payment, "key-1");
        await raw.PostAsync("/v1/customers", "name=A");
        await sandbox.Control.AddFaultAsync(new { kind = "unavailable", match = new { path = "/v1/refunds" } }, Cancel);
        var before = await sandbox.Control.TruthAsync(Cancel);

        await sandbox.KillAsync();
        await sandbox.RestartAsync(Cancel);

        var after = await sandbox.Control.TruthAsync(Cancel);
        foreach (var member in new[] { "payment_intents", "customers", "balance", "requests", "events" })
        {
            after[member]!.ToJsonString().ShouldBe(before[member]!.ToJsonString());
        }

        var repeat = await raw.PostAsync("/v1/payment_intents", Payment, "key-1");
        (repeat.Id, repeat.Headers["Idempotent-Replayed"]).ShouldBe((intent.Id, "true"));
        (await raw.GetAsync("/v1/refunds")).Status.ShouldBe(503);
        var clock = await sandbox.Control.SendAsync(HttpMethod.Get, "/clock", null, Cancel);
        ((long)clock["offset_ms"]!).ShouldBe(86_400_000);
        (await raw.PostAsync($"/v1/payment_intents/{intent.Id}/capture")).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_torn_last_line_is_ignored()
    {
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken: Cancel);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        var customer = await raw.PostAsync("/v1/customers", "name=A");
        await sandbox.KillAsync();
        await File.AppendAllTextAsync(Path.Combine(sandbox.StateFolder, "journal.jsonl"), """{"t":"object","k":"cus_x","v":{"id""", Cancel);
        await sandbox.RestartAsync(Cancel);
        (await raw.GetAsync($"/v1/customers/{customer.Id}")).Text("name").ShouldBe("A");
    }

    [Fact]
    public async Task A_reset_forgets_everything_also_over_a_restart()
    {
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken: Cancel);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        await raw.PostAsync("/v1/payment_intents", Payment, "key-1");
        await sandbox.Control.ResetAsync(Cancel);
        await sandbox.KillAsync();
        await sandbox.RestartAsync(Cancel);
        (await sandbox.Control.TruthAsync(Cancel))["payment_intents"]!.AsArray().ShouldBeEmpty();
        (await raw.PostAsync("/v1/payment_intents", Payment, "key-1")).Headers.ContainsKey("Idempotent-Replayed").ShouldBeFalse();
    }
}
