using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Looks at what is left after a case: at the provider's truth, the books and the rows, and at nothing that a saga says of itself.</summary>
internal sealed class ChaosJudge(StackOptions options, GatewayClient gateway, ITemporalClient temporal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Help = TimeSpan.FromSeconds(2);
    private static readonly string[] Final = ["completed", "declined", "expired", "canceled", "failed"];

    /// <summary>Waits until no saga moves any more; a held one is tried again by a person once. Gives whether there was one.</summary>
    /// <exception cref="StackException">One still moves, or is held, after two minutes.</exception>
    public async Task<bool> SettleAsync(CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var acted = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var open = new List<string>();
            try
            {
                await foreach (var one in temporal.ListWorkflowsAsync("ExecutionStatus = 'Running'").WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    open.Add(one.Id);
                    if (one.TypedSearchAttributes.TryGetValue(Contracts.SearchAttributes.NeedsAttention, out var held) && held && acted.Add(one.Id))
                    {
                        await RetryAsync(one.Id).ConfigureAwait(false);
                    }
                }

                if (open.Count == 0)
                {
                    return acted.Count > 0;
                }
            }
            catch (Temporalio.Exceptions.RpcException)
            {
                // The server is down or has just begun.
            }

            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"After {Patience.TotalSeconds:0} s there still run: {string.Join(", ", open)}.");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tries again, as a person does, what is held while a scenario is played: its caller waits for the end. Gives whether there was anything.</summary>
    public async Task<bool> HelpAsync(Task playing, CancellationToken cancellationToken)
    {
        var acted = new HashSet<string>(StringComparer.Ordinal);
        while (!playing.IsCompleted)
        {
            await foreach (var one in temporal.ListWorkflowsAsync("ExecutionStatus = 'Running' AND NeedsAttention = true").WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                acted.Add(one.Id);
                await RetryAsync(one.Id).ConfigureAwait(false);
            }

            await Task.WhenAny(playing, Task.Delay(Help, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        }

        return acted.Count > 0;
    }

    private Task RetryAsync(string workflow) =>
        temporal.GetWorkflowHandle(workflow).SignalAsync("intervene", [new { action = "retry", actor = "chaos", reason = "it is over" }]);

    /// <summary>What is wrong with the money and the row of one checkout; null when nothing is.</summary>
    public async Task<string?> WrongAsync(ChaosScenario scenario, DemoCheckout acknowledged, bool mayEndCanceled, CancellationToken cancellationToken)
    {
        var found = await ChaosShop.InsistAsync(() => gateway.FindAsync($"/v1/checkouts/{acknowledged.Id}", cancellationToken), cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            return $"{acknowledged.Id} was acknowledged and is not found.";
        }

        var now = new DemoCheckout(found.Value);
        if (!Final.Contains(now.Status))
        {
            return $"{now.Id} is {now.Status}.";
        }

        using var sandbox = new SandboxClient(options.Sandbox);
        var truth = ProviderTruth.Of(await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false), acknowledged.Transaction);
        var asPlanned = truth.Money == scenario.Money || (mayEndCanceled && now.Status is "canceled" && truth.Money.Captured == truth.Money.Refunded);
        return truth switch
        {
            { Charges: > 1 } => $"{now.Id} was charged {truth.Charges} times.",
            { Money: var money } when money.Refunded > money.Captured => $"{now.Id}: {money.Refunded} of {money.Captured} were given back.",
            _ when !asPlanned => $"{now.Id} is {now.Status}: {truth.Money.Captured} taken and {truth.Money.Refunded} given back; expected {scenario.Money.Captured} and {scenario.Money.Refunded}.",
            _ when now.Json.GetProperty("amount_refunded").GetInt64() != truth.Money.Refunded => $"{now.Id}: its row says {now.Refunded} were given back, the provider {truth.Money.Refunded}.",
            _ => null,
        };
    }

    /// <summary>What is wrong with the books; null when nothing is.</summary>
    public async Task<string?> BooksAsync(CancellationToken cancellationToken)
    {
        var report = await LedgerCommand.ReportAsync(options, cancellationToken).ConfigureAwait(false);
        return report.Ok ? null : string.Join("; ", report.Lines());
    }
}
