using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Postgres;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Looks at what is left after a case: at the provider's truth, the books and the rows, and at nothing that a saga says of itself.</summary>
internal sealed class ChaosJudge(StackOptions options, ITemporalClient temporal) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Help = TimeSpan.FromSeconds(2);

    /// <summary>What was found before: a finding is told once, and does not colour all that comes after it.</summary>
    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    private readonly GatewayClient gateway = new(options.Gateway);
    private readonly SandboxClient sandbox = new(options.Sandbox);

    private static readonly string[] Final = ["completed", "declined", "expired", "canceled", "failed"];

    public void Dispose()
    {
        gateway.Dispose();
        sandbox.Dispose();
    }

    /// <summary>Takes what runs and what the books say as it is, so that only what comes next is judged.</summary>
    public async Task AcceptAsync(CancellationToken cancellationToken)
    {
        await foreach (var one in temporal.ListWorkflowsAsync("ExecutionStatus = 'Running'").WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            told.Add(one.Id);
        }

        await BooksAsync(cancellationToken).ConfigureAwait(false);
    }

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
                    if (told.Contains(one.Id))
                    {
                        continue;
                    }

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
                told.UnionWith(open);
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

        var all = await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false);
        var truth = ProviderTruth.OfOrder(all, scenario.Merchant, now.Order);
        var asPlanned = truth.Money == scenario.Money || (mayEndCanceled && now.Status is "canceled" && truth.Money.Captured == truth.Money.Refunded);

        // What is left after a scenario's own refunds goes back by one more.
        var refunds = scenario.Refunds + (mayEndCanceled && now.Status is "canceled" && scenario.Money.Refunded > 0 ? 1 : 0);
        return truth switch
        {
            { Charges: > 1 } => $"{now.Id} was charged {truth.Charges} times.",
            { Money: var money } when money.Refunded > money.Captured => $"{now.Id}: {money.Refunded} of {money.Captured} were given back.",
            _ when !asPlanned => $"{now.Id} is {now.Status}: {truth.Money.Captured} taken and {truth.Money.Refunded} given back; expected {scenario.Money.Captured} and {scenario.Money.Refunded}.",
            _ when now.Json.GetProperty("amount_refunded").GetInt64() != truth.Money.Refunded => $"{now.Id}: its row says {now.Refunded} were given back, the provider {truth.Money.Refunded}.",
            _ => ChaosDocuments.Of(all, acknowledged).Wrong(truth.Money, refunds),
        };
    }

    /// <summary>What is wrong with the books, or among the rows; null when nothing is, or nothing new.</summary>
    public async Task<string?> BooksAsync(CancellationToken cancellationToken)
    {
        var report = await LedgerCommand.ReportAsync(options, cancellationToken).ConfigureAwait(false);

        // The first line counts the entries, and changes with each case.
        var books = report.Ok ? [] : report.Lines().Skip(1);
        await using var services = new ServiceCollection().AddPostgres(options.AppConnectionString()).BuildServiceProvider();
        var rows = services.GetRequiredService<RowAudit>();
        var wrong = await rows.FindAsync(cancellationToken).ConfigureAwait(false);
        var made = Events(await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false));
        var foreign = (await rows.EventsAsync(cancellationToken).ConfigureAwait(false)).Except(made).Select(id => $"event {id} was taken for the provider's");
        string[] news = [.. books.Concat(wrong).Concat(foreign).Where(told.Add)];
        return news.Length == 0 ? null : string.Join("; ", news);
    }

    private static readonly string[] EventLists = ["delivered", "undelivered"];

    private static HashSet<string> Events(JsonElement truth) =>
    [
        .. from list in EventLists
           from one in truth.GetProperty("events").GetProperty(list).EnumerateArray()
           select one.GetProperty("id").GetString(),
    ];
}
