using System.Globalization;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Which cases there are: nobody lists them.</summary>
internal sealed partial class ChaosRunner
{
    /// <summary>What of the spans is no place to break: nothing happens in it that could be lost.</summary>
    private static readonly string[] Reads = ["GET", "HandleQuery:"];

    /// <summary>When nothing was seen for as long, a scenario is over with all that comes after it: its events, documents and notices.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1.5);

    private const int MostLooks = 8;

    /// <summary>Plays every scenario whole, and gives what can break in it: each activity, call and write that was seen.</summary>
    public async Task<IReadOnlyList<ChaosCase>> FindAsync(IReadOnlyList<ChaosScenario> scenarios, CancellationToken cancellationToken)
    {
        await sandbox.ControlAsync("/merchant/stock", new { sku = ChaosScenario.SoldOutSku, quantity = 0 }, cancellationToken).ConfigureAwait(false);
        var cases = new List<ChaosCase>();
        foreach (var scenario in scenarios)
        {
            // Once to be warm, so that the times are those of later.
            await PlayWholeAsync(scenario, cancellationToken).ConfigureAwait(false);
            await SeenAsync(cancellationToken).ConfigureAwait(false);
            var known = ProviderTruth.CountRequests(await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false));
            await PlayWholeAsync(scenario, cancellationToken).ConfigureAwait(false);
            var seen = await SeenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (span, milliseconds) in seen)
            {
                cases.AddRange(Places(span, milliseconds, "kill").Select(place => new KillCase(scenario, place)));
                if (IsActivity(span))
                {
                    cases.Add(new HaltCase(scenario, new ChaosPlace(span, "after", "stop", 0)));
                    cases.Add(new CancelCase(scenario, new ChaosPlace(span, "before", "pause", 500)));
                }
            }

            cases.AddRange(seen.Where(span => span.Key.StartsWith("stripe POST", StringComparison.Ordinal)).Select(span => new PrunedCase(scenario, new ChaosPlace(span.Key, "after", "kill", 0))));
            var requests = ProviderTruth.Requests(await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false), known);
            cases.AddRange(from request in requests from kind in ProviderCase.Kinds select new ProviderCase(scenario, request.Method, request.Path, kind));
            cases.AddRange(requests.Where(request => request is ("POST", "/v1/payment_intents")).Select(request => new ProviderCase(scenario, request.Method, request.Path, ProviderCase.Unindexed)));
            cases.AddRange([new CallerCase(scenario, ChaosCaller.Hasty), new CallerCase(scenario, ChaosCaller.Two), .. WebhookCase.Of(scenario), .. ServiceCase.Of(scenario)]);
            cases.AddRange(ChaosRefusal.Subsets(scenario.Compensations).Select(failing => new CompensationCase(scenario, failing)));
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}: {seen.Count} places and {requests.Count} kinds of provider calls"));
        }

        cases.AddRange(StackState.Read(new StackFolders(options.DataFolder))!.Processes.Where(process => process.Name is not ("sandbox" or "shop"))
            .Select(process => new ServerCase(scenarios[0], process.Name)));
        return cases;
    }

    private async Task PlayWholeAsync(ChaosScenario scenario, CancellationToken cancellationToken)
    {
        var checkout = await scenario.PlayAsync(new ChaosShop(gateway, ChaosCaller.Usual), NextOrder(), cancellationToken).ConfigureAwait(false);
        await judge.SettleAsync(cancellationToken).ConfigureAwait(false);
        if (await judge.WrongAsync(scenario, checkout, mayEndCanceled: false, cancellationToken).ConfigureAwait(false) is { } wrong)
        {
            throw new StackException($"The scenario {scenario.Name} goes wrong when nothing breaks: {wrong}");
        }
    }

    /// <summary>What has ended until it is quiet: each place with its longest time in milliseconds.</summary>
    private async Task<IReadOnlyDictionary<string, double>> SeenAsync(CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var look = 0; look < MostLooks; look++)
        {
            await Task.Delay(Quiet, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            var seen = trap.TakeSeen().Where(span => !Reads.Any(read => span.Key.StartsWith(read, StringComparison.Ordinal))).ToList();
            if (seen.Count == 0)
            {
                break;
            }

            foreach (var (span, milliseconds) in seen)
            {
                all[span] = Math.Max(milliseconds, all.GetValueOrDefault(span));
            }
        }

        return all;
    }

    private static IEnumerable<ChaosPlace> Places(string span, double milliseconds, string action) =>
    [
        new ChaosPlace(span, "before", action, 0),
        new ChaosPlace(span, "during", action, Math.Max(1, (int)(milliseconds / 2))),
        new ChaosPlace(span, "after", action, 0),
    ];

    private static bool IsActivity(string span) => span.StartsWith("RunActivity:", StringComparison.Ordinal);
}
