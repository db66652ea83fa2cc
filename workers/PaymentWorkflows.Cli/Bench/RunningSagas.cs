using System.Diagnostics;
using PaymentWorkflows.Cli.Stack;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>Waits for the sagas that are under way.</summary>
internal static class RunningSagas
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when no workflow runs.</summary>
    /// <exception cref="StackException">Some had not ended after five minutes.</exception>
    public static async Task UntilNoneAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        while ((await client.CountWorkflowsAsync("ExecutionStatus = 'Running'", new WorkflowCountOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } }).ConfigureAwait(false)).Count > 0)
        {
            if (Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"Not all sagas had ended after {Patience.TotalMinutes:0} minutes.");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }
}
