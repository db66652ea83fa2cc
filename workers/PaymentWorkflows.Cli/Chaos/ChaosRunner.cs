using System.Globalization;
using System.Security.Cryptography;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Finds the places where the scenarios can break, and plays each scenario broken there, one after another.</summary>
internal sealed class ChaosRunner(StackOptions options, ChaosTrap trap, ITemporalClient temporal, IProgress progress) : IDisposable
{
    /// <summary>Longer than the longest heartbeat of a money step (3 s) and than a workflow task (10 s).</summary>
    private static readonly TimeSpan Halt = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Scenarios at once when a server dies.</summary>
    private const int Load = 24;

    /// <summary>What of the spans is no place to break: nothing happens in it that could be lost.</summary>
    private static readonly string[] Reads = ["GET", "HandleQuery:"];

    private readonly GatewayClient gateway = new(options.Gateway);
    private readonly SandboxClient sandbox = new(options.Sandbox);
    private readonly string run = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 6);
    private int orders;

    private ChaosShop Shop => new(gateway);

    private ChaosJudge Judge => new(options, gateway, temporal);

    public void Dispose()
    {
        gateway.Dispose();
        sandbox.Dispose();
    }

    /// <summary>Plays every scenario whole, and gives what can break in it: each activity, call and write that was seen.</summary>
    public async Task<IReadOnlyList<ChaosCase>> FindAsync(CancellationToken cancellationToken)
    {
        await sandbox.ControlAsync("/merchant/stock", new { sku = ChaosScenario.SoldOutSku, quantity = 0 }, cancellationToken).ConfigureAwait(false);
        var cases = new List<ChaosCase>();
        foreach (var scenario in ChaosScenario.All)
        {
            // Once to be warm, so that the times are those of later.
            await PlayWholeAsync(scenario, cancellationToken).ConfigureAwait(false);
            trap.TakeSeen();
            var known = ProviderTruth.CountRequests(await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false));
            await PlayWholeAsync(scenario, cancellationToken).ConfigureAwait(false);
            var seen = trap.TakeSeen().Where(span => !Reads.Any(read => span.Key.StartsWith(read, StringComparison.Ordinal))).ToList();
            foreach (var (span, milliseconds) in seen)
            {
                cases.AddRange(Places(span, milliseconds, "kill").Select(place => new KillCase(scenario, place)));
                if (IsActivity(span))
                {
                    cases.Add(new HaltCase(scenario, new ChaosPlace(span, "after", "stop", 0)));
                    cases.Add(new CancelCase(scenario, new ChaosPlace(span, "before", "pause", 500)));
                }
            }

            var requests = ProviderTruth.Requests(await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false), known);
            cases.AddRange(from request in requests from kind in ProviderCase.Kinds select new ProviderCase(scenario, request.Method, request.Path, kind));
            cases.AddRange(ChaosRefusal.Subsets(scenario.Compensations).Select(failing => new CompensationCase(scenario, failing)));
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}: {seen.Count} places and {requests.Count} kinds of provider calls"));
        }

        cases.AddRange(StackState.Read(new StackFolders(options.DataFolder))!.Processes.Where(process => process.Name is not ("sandbox" or "shop"))
            .Select(process => new ServerCase(ChaosScenario.All[0], process.Name)));
        return cases;
    }

    /// <summary>Plays one case and judges it.</summary>
    public async Task<ChaosFinding> PlayAsync(ChaosCase one, CancellationToken cancellationToken)
    {
        if (one is ServerCase server)
        {
            return await PlayUnderLoadAsync(server, cancellationToken).ConfigureAwait(false);
        }

        var order = NextOrder();
        try
        {
            await BreakAsync(one, cancellationToken).ConfigureAwait(false);
            var playing = one.Scenario.PlayAsync(Shop, order, cancellationToken);
            var met = await MeetAsync(one, WorkflowOf(one.Scenario, order), playing, cancellationToken).ConfigureAwait(false);
            var helped = one is CompensationCase && await Judge.HelpAsync(playing, cancellationToken).ConfigureAwait(false);
            DemoCheckout checkout;
            try
            {
                checkout = await playing.ConfigureAwait(false);
            }
            catch (StackException) when (one.MayEndCanceled && met)
            {
                checkout = await CanceledAsync(one.Scenario, order, cancellationToken).ConfigureAwait(false);
            }

            trap.Disarm();
            var held = await Judge.SettleAsync(cancellationToken).ConfigureAwait(false);

            // What a saga does after its caller was answered comes to the faults only by now.
            met = one is ProviderCase ? (await sandbox.ReadAsync("/faults", cancellationToken).ConfigureAwait(false)).GetProperty("faults").GetArrayLength() == 0 : met;
            await sandbox.ClearFaultsAsync(cancellationToken).ConfigureAwait(false);
            var wrong = await Judge.WrongAsync(one.Scenario, checkout, one.MayEndCanceled, cancellationToken).ConfigureAwait(false) ?? await Judge.BooksAsync(cancellationToken).ConfigureAwait(false);
            return new ChaosFinding(one, met, held || helped, wrong);
        }
        catch (Exception broken) when (broken is StackException or HttpRequestException)
        {
            trap.Disarm();
            await sandbox.ClearFaultsAsync(cancellationToken).ConfigureAwait(false);
            return new ChaosFinding(one, Met: true, Held: false, broken.Message);
        }
    }

    private async Task BreakAsync(ChaosCase one, CancellationToken cancellationToken)
    {
        switch (one)
        {
            case PlacedCase placed:
                trap.Arm(placed.Place);
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
            var playing = Enumerable.Range(0, Load).Select(_ => one.Scenario.PlayAsync(Shop, NextOrder(), cancellationToken)).ToList();
            await Task.WhenAny(playing).ConfigureAwait(false);
            var process = StackState.Read(new StackFolders(options.DataFolder))!.Processes.Single(process => process.Name == one.Process).Pid;
            if (process is { } pid)
            {
                UnixSignals.SendToGroup(pid, UnixSignals.Kill);
            }

            var checkouts = await Task.WhenAll(playing).ConfigureAwait(false);
            var held = await Judge.SettleAsync(cancellationToken).ConfigureAwait(false);
            string? wrong = null;
            foreach (var checkout in checkouts)
            {
                wrong ??= await Judge.WrongAsync(one.Scenario, checkout, mayEndCanceled: false, cancellationToken).ConfigureAwait(false);
            }

            return new ChaosFinding(one, process is not null, held, wrong ?? await Judge.BooksAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception broken) when (broken is StackException or HttpRequestException)
        {
            return new ChaosFinding(one, Met: true, Held: false, broken.Message);
        }
    }

    private async Task PlayWholeAsync(ChaosScenario scenario, CancellationToken cancellationToken)
    {
        var checkout = await scenario.PlayAsync(Shop, NextOrder(), cancellationToken).ConfigureAwait(false);
        await Judge.SettleAsync(cancellationToken).ConfigureAwait(false);
        if (await Judge.WrongAsync(scenario, checkout, mayEndCanceled: false, cancellationToken).ConfigureAwait(false) is { } wrong)
        {
            throw new StackException($"The scenario {scenario.Name} goes wrong when nothing breaks: {wrong}");
        }
    }

    private static IEnumerable<ChaosPlace> Places(string span, double milliseconds, string action) =>
    [
        new ChaosPlace(span, "before", action, 0),
        new ChaosPlace(span, "during", action, Math.Max(1, (int)(milliseconds / 2))),
        new ChaosPlace(span, "after", action, 0),
    ];

    private static string WorkflowOf(ChaosScenario scenario, string order) => $"checkout/{scenario.Merchant}/{order}";

    /// <summary>The checkout of an order whose workflow was canceled before its caller had all its answers.</summary>
    private async Task<DemoCheckout> CanceledAsync(ChaosScenario scenario, string order, CancellationToken cancellationToken)
    {
        var found = await ChaosShop.InsistAsync(() => gateway.FindAsync($"/v1/checkouts?merchant={scenario.Merchant}&order={order}", cancellationToken), cancellationToken).ConfigureAwait(false);
        return found?.GetProperty("data") is { } list && list.GetArrayLength() > 0 ? new DemoCheckout(list[0]) : throw new StackException($"The order {order} was acknowledged and is not found.");
    }

    private static bool IsActivity(string span) => span.StartsWith("RunActivity:", StringComparison.Ordinal);

    private string NextOrder() => string.Create(CultureInfo.InvariantCulture, $"chaos-{run}-{++orders}");
}
