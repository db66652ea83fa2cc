using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Finds the places where the scenarios can break, and plays each scenario broken there, one after another.</summary>
internal sealed partial class ChaosRunner(StackOptions options, ChaosTrap trap, ITemporalClient temporal, IProgress progress) : IDisposable
{
    /// <summary>Longer than the longest heartbeat of a money step (3 s) and than a workflow task (10 s).</summary>
    private static readonly TimeSpan Halt = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private const string SearchLag = "search_lag";

    /// <summary>Longer than any saga waits before it looks again, in milliseconds.</summary>
    private const int LongLag = 60_000;

    /// <summary>Scenarios at once when a server dies.</summary>
    private const int Load = 24;

    private readonly GatewayClient gateway = new(options.Gateway);
    private readonly SandboxClient sandbox = new(options.Sandbox);
    private readonly string run = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 6);
    private readonly ChaosJudge judge = new(options, temporal);
    private int orders;

    public void Dispose()
    {
        gateway.Dispose();
        sandbox.Dispose();
        judge.Dispose();
    }

    /// <summary>Plays one case and judges it.</summary>
    public async Task<ChaosFinding> PlayAsync(ChaosCase one, CancellationToken cancellationToken)
    {
        if (one is ServerCase server)
        {
            return await PlayUnderLoadAsync(server, cancellationToken).ConfigureAwait(false);
        }

        var order = NextOrder();
        string? stopped = null;
        try
        {
            await BreakAsync(one, cancellationToken).ConfigureAwait(false);
            var playing = one.Scenario.PlayAsync(new ChaosShop(gateway, one.Asks), order, cancellationToken);
            var met = await MeetAsync(one, WorkflowOf(one.Scenario, order), playing, cancellationToken).ConfigureAwait(false);
            var helped = one is CompensationCase && await judge.HelpAsync(playing, cancellationToken).ConfigureAwait(false);
            (var checkout, stopped) = await EndAsync(one, playing, order, cancellationToken).ConfigureAwait(false);
            trap.Disarm();
            if (one is WebhookCase { Deliveries: null })
            {
                await ForgeAsync(checkout, cancellationToken).ConfigureAwait(false);
            }

            var held = await judge.SettleAsync(cancellationToken).ConfigureAwait(false);

            // What a saga does after its caller was answered comes to the faults only by now.
            met = met && await AreMetAsync(one, cancellationToken).ConfigureAwait(false);
            await MendAsync(cancellationToken).ConfigureAwait(false);
            var money = await judge.WrongAsync(one.Scenario, checkout, one.MayEndCanceled, cancellationToken).ConfigureAwait(false);
            var books = await judge.BooksAsync(cancellationToken).ConfigureAwait(false);
            return new ChaosFinding(one, met, held || helped, Joined(money, books, one.MayEndCanceled && met ? null : stopped));
        }
        catch (Exception broken) when (broken is StackException or HttpRequestException)
        {
            trap.Disarm();
            await MendAsync(cancellationToken).ConfigureAwait(false);
            return new ChaosFinding(one, Met: true, Held: false, Joined(stopped, broken.Message));
        }
    }

    private static string? Joined(params IEnumerable<string?> said) => string.Join("; ", said.Where(one => one is not null)) is { Length: > 0 } all ? all : null;

    /// <summary>The checkout at the end of a scenario; and why the scenario came to no end, if it did not.</summary>
    private async Task<(DemoCheckout Checkout, string? Stopped)> EndAsync(ChaosCase one, Task<DemoCheckout> playing, string order, CancellationToken cancellationToken)
    {
        try
        {
            return (await playing.ConfigureAwait(false), null);
        }
        catch (StackException stopped)
        {
            return (await FindOrderAsync(one.Scenario, order, cancellationToken).ConfigureAwait(false), stopped.Message);
        }
    }

    /// <summary>Whether the provider has done to requests what it was to do; how often it is searched is the saga's business.</summary>
    private async Task<bool> AreMetAsync(ChaosCase one, CancellationToken cancellationToken)
    {
        var faults = one switch
        {
            ProviderCase => "/faults",
            ServiceCase service => $"/{service.Service}/faults",
            _ => null,
        };
        return faults is null
            || (await sandbox.ReadAsync(faults, cancellationToken).ConfigureAwait(false)).GetProperty("faults").EnumerateArray().All(fault => DemoCheckout.Text(fault, "kind") == SearchLag);
    }

    private async Task MendAsync(CancellationToken cancellationToken)
    {
        await sandbox.ClearFaultsAsync(cancellationToken).ConfigureAwait(false);
        await sandbox.ControlAsync("/webhooks", new { }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Somebody who does not know the secret tells us of an event of this checkout.</summary>
    private async Task ForgeAsync(DemoCheckout checkout, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{options.Gateway.Address}") };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/stripe/{options.Stripe.Account}");
        var metadata = new { transaction_id = checkout.Transaction, workflow_id = checkout.WorkflowId, checkout_id = checkout.Id };
        request.Content = JsonContent.Create(new
        {
            id = $"evt_{checkout.Id}",
            type = "payment_intent.succeeded",
            data = new { @object = new { id = "pi_forged", @object = "payment_intent", metadata } },
        });
        request.Headers.Add("Stripe-Signature", string.Create(CultureInfo.InvariantCulture, $"t={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()},v1={new string('0', 64)}"));
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes what runs, and the books, as they are: what comes next is judged by itself.</summary>
    public Task AcceptAsync(CancellationToken cancellationToken) => judge.AcceptAsync(cancellationToken);

    private async Task BreakAsync(ChaosCase one, CancellationToken cancellationToken)
    {
        switch (one)
        {
            case PlacedCase placed:
                trap.Arm(placed.Place);
                break;
            case ProviderCase { Kind: ProviderCase.Unindexed } lagging:
                await sandbox.FailNextAsync(lagging.Method, lagging.Path, "commit_then_reset", cancellationToken).ConfigureAwait(false);
                await sandbox.ControlAsync(
                    "/faults", new { match = new { method = "GET", path = "/v1/payment_intents/search" }, kind = SearchLag, times = 0, delay_ms = LongLag }, cancellationToken).ConfigureAwait(false);
                break;
            case ServiceCase service:
                await sandbox.ControlAsync($"/{service.Service}/faults", new { match = service.Match, kind = service.Kind, times = 1 }, cancellationToken).ConfigureAwait(false);
                break;
            case WebhookCase { Deliveries: { } deliveries }:
                await sandbox.ControlAsync("/webhooks", deliveries, cancellationToken).ConfigureAwait(false);
                break;
            case ProviderCase provider:
                await sandbox.FailNextAsync(provider.Method, provider.Path, provider.Kind, cancellationToken).ConfigureAwait(false);
                break;
            case CompensationCase { Failing: var failing }:
                foreach (var refusal in failing)
                {
                    await sandbox.ControlAsync(refusal.Faults, refusal.Fault, cancellationToken).ConfigureAwait(false);
                }

                break;
        }
    }

    /// <summary>Waits until the place was met or the scenario is over, and does there what the case says.</summary>
    private async Task<bool> MeetAsync(ChaosCase one, string workflow, Task playing, CancellationToken cancellationToken)
    {
        if (one is not PlacedCase)
        {
            return true;
        }

        while (trap.Sprung is null && !playing.IsCompleted)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        // What comes after the caller's answer may be still to come.
        for (var waited = 0; trap.Sprung is null && waited < 100; waited++)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        if (trap.Sprung is not { } process)
        {
            return false;
        }

        switch (one)
        {
            case HaltCase:
                await Task.Delay(Halt, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                UnixSignals.Send(process, UnixSignals.Continue);
                break;
            case PrunedCase:
                await sandbox.ControlAsync("/clock", new { advance = "PT25H" }, cancellationToken).ConfigureAwait(false);
                break;
            case CancelCase:
                await temporal.GetWorkflowHandle(workflow).CancelAsync().ConfigureAwait(false);
                break;
        }

        return true;
    }

    /// <summary>Many at once, and the process dies while half of them are under way.</summary>
    private async Task<ChaosFinding> PlayUnderLoadAsync(ServerCase one, CancellationToken cancellationToken)
    {
        try
        {
            var playing = Enumerable.Range(0, Load).Select(_ => one.Scenario.PlayAsync(new ChaosShop(gateway, one.Asks), NextOrder(), cancellationToken)).ToList();
            await Task.WhenAny(playing).ConfigureAwait(false);
            var process = StackState.Read(new StackFolders(options.DataFolder))!.Processes.Single(process => process.Name == one.Process).Pid;
            if (process is { } pid)
            {
                UnixSignals.SendToGroup(pid, UnixSignals.Kill);
            }

            var checkouts = await Task.WhenAll(playing).ConfigureAwait(false);
            var held = await judge.SettleAsync(cancellationToken).ConfigureAwait(false);
            string? wrong = null;
            foreach (var checkout in checkouts)
            {
                wrong ??= await judge.WrongAsync(one.Scenario, checkout, mayEndCanceled: false, cancellationToken).ConfigureAwait(false);
            }

            return new ChaosFinding(one, process is not null, held, wrong ?? await judge.BooksAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception broken) when (broken is StackException or HttpRequestException)
        {
            return new ChaosFinding(one, Met: true, Held: false, broken.Message);
        }
    }

    private static string WorkflowOf(ChaosScenario scenario, string order) => $"checkout/{scenario.Merchant}/{order}";

    /// <summary>The checkout of an order whose caller did not get all its answers.</summary>
    private async Task<DemoCheckout> FindOrderAsync(ChaosScenario scenario, string order, CancellationToken cancellationToken)
    {
        var found = await ChaosShop.InsistAsync(() => gateway.FindAsync($"/v1/checkouts?merchant={scenario.Merchant}&order={order}", cancellationToken), cancellationToken).ConfigureAwait(false);
        return found?.GetProperty("data") is { } list && list.GetArrayLength() > 0 ? new DemoCheckout(list[0]) : throw new StackException($"The order {order} was acknowledged and is not found.");
    }

    private string NextOrder() => string.Create(CultureInfo.InvariantCulture, $"chaos-{run}-{++orders}");
}
