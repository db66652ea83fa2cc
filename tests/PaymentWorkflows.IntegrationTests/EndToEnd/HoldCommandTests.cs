using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Checkout;
using Shouldly;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary><c>pay holds</c>, the <c>temporal</c> CLI and a client's signal do the same thing.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class HoldCommandTests(RunningStack stack) : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync() => await stack.Control.ClearFaultsAsync(CancellationToken.None);

    [Fact]
    public async Task What_is_held_is_listed_shown_and_resolved()
    {
        var handle = await HoldAsync(Purchase.Patient);
        var id = (await stack.RowsAsync<string>("SELECT id FROM pay.checkouts WHERE workflow_id = $1", handle.Id)).Single();

        var listed = Json(await PayAsync("holds", "list", "--reason", "credentials_refused", "--owner", "platform", "--json")).GetProperty("data").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        (listed.GetProperty("workflow_id").GetString(), listed.GetProperty("hold").GetString(), listed.GetProperty("level").GetInt32()).ShouldBe((handle.Id, "authorize", 0));
        listed.GetProperty("actions").EnumerateArray().Select(action => action.GetString()).ShouldBe(["retry", "compensate", "extend_deadline"]);
        (await PayAsync("holds", "list")).Output.ShouldContain(id);
        (await PayAsync("holds", "list", "--reason", "review")).Output.ShouldNotContain(id);
        (await PayAsync("holds", "list", "--overdue")).Output.ShouldNotContain(id);

        var shown = await PayAsync("holds", "show", id);
        shown.ExitCode.ShouldBe(0, shown.Error);
        shown.Output.ShouldContain("compensate: take back what was done and end");

        var refused = await ResolveAsync(id, "skip");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("refused: 'skip' is not allowed for a hold because of credentials_refused. Allowed here: retry, compensate, extend_deadline.");
        (await ResolveAsync(id, "extend_deadline", "--change", "for=PT4H")).ExitCode.ShouldBe(0);
        (await ResolveAsync(id, "retry", "--hold", "capture")).Error.ShouldContain("There is no hold 'capture'. Holds here: authorize.");
        var resolved = Json(await ResolveAsync(handle.Id, "retry", "--hold", "authorize", "--json"));
        (resolved.GetProperty("accepted").GetBoolean(), resolved.GetProperty("hold").GetString(), resolved.GetProperty("actor").GetString()).ShouldBe((true, "authorize", "dana"));
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);

        (await ResolveAsync(id, "retry")).ExitCode.ShouldBe(1);
        (await PayAsync("holds", "show", id)).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_an_act_is_wrong_use_and_what_does_not_exist_is_told()
    {
        (await PayAsync("holds", "resolve", "chk_1", "--action", "juggle", "--actor", "dana", "--reason", "why")).ExitCode.ShouldBe(2);
        (await PayAsync("holds", "resolve", "chk_1", "--action", "retry", "--reason", "why")).ExitCode.ShouldBe(2);
        (await ResolveAsync("chk_1", "retry_with_change", "--change", "token")).ExitCode.ShouldBe(2);
        (await ResolveAsync("nonsense", "retry")).ExitCode.ShouldBe(2);
        (await ResolveAsync("chk_nobody", "retry")).ExitCode.ShouldBe(1);
        (await ResolveAsync("checkout/acme/nobody", "retry")).ExitCode.ShouldBe(1);
        (await PayAsync("holds", "show", "ref_nobody")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task An_overdue_hold_is_found_with_its_level()
    {
        var handle = await HoldAsync(Purchase.Patient with { HoldDeadline = TimeSpan.FromSeconds(1) });
        await RunningStack.UntilAsync(handle, view => view.Held?.Level > 0);
        var listed = Json(await PayAsync("holds", "list", "--overdue", "--owner", "platform-on-call", "--json")).GetProperty("data").EnumerateArray().Single(one => one.GetProperty("workflow_id").GetString() == handle.Id);
        listed.GetProperty("level").GetInt32().ShouldBeGreaterThan(0);
        (await ResolveAsync(handle.Id, "retry")).ExitCode.ShouldBe(0);
        await RunningStack.EndOf(handle);
    }

    [Fact]
    public async Task The_command_the_temporal_cli_and_a_clients_signal_do_the_same_thing()
    {
        var byCommand = await HoldAsync(Purchase.Patient);
        var byCli = await HoldAsync(Purchase.Patient);
        var byClient = await HoldAsync(Purchase.Patient);

        (await ResolveAsync(byCommand.Id, "retry")).ExitCode.ShouldBe(0);
        var program = await new ProgramFinder(stack.Options, RepositoryLayout.Current, stack).FindTemporalAsync(Cancel);
        var cli = await Executables.RunAsync(
            program.Path,
            [
                "workflow", "signal", "--workflow-id", byCli.Id, "--name", "intervene", "--input", """{"action":"retry","actor":"dana","reason":"it is right"}""",
                "--address", stack.Options.Temporal.Address, "--namespace", stack.Options.Temporal.Namespace,
            ],
            Cancel);
        cli.ExitCode.ShouldBe(0, cli.Error);
        await byClient.SignalAsync(workflow => workflow.InterveneAsync(new Intervention { Action = "retry", Actor = "dana", Reason = "it is right" }));

        foreach (var handle in new[] { byCommand, byCli, byClient })
        {
            (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
            (await stack.RowsAsync<string>("SELECT concat_ws(' ', event, actor, action, reason, detail) FROM pay.audit WHERE workflow_id = $1 AND event <> 'hold.opened'", handle.Id))
                .ShouldBe(["intervention.accepted dana retry it is right authorize"]);
        }
    }

    private async Task<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>> HoldAsync(CheckoutPolicies policies)
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/payment_intents" }, kind = "unauthorized", times = 1 }, Cancel);
        var handle = await stack.StartAsync(Purchase.With(policies: policies));
        await RunningStack.UntilHeldAsync(handle);
        return handle;
    }

    private Task<Executables.Outcome> ResolveAsync(string id, string action, params string[] more) =>
        PayAsync(["holds", "resolve", id, "--action", action, "--actor", "dana", "--reason", "it is right", .. more]);

    private static JsonElement Json(Executables.Outcome outcome)
    {
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    private Task<Executables.Outcome> PayAsync(params string[] words) =>
        Executables.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), .. words, "--config", stack.Options.ConfigFile], Cancel);
}
