using System.Diagnostics;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Holds;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Cli.Holds;

/// <summary>Speaks to a held workflow: the query <c>holds</c> and the signal <c>intervene</c>, the same that the Web UI and the temporal CLI send.</summary>
internal sealed class HoldDesk(ITemporalClient client, string workflowId)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>What waits there, and what became of the acts that came.</summary>
    /// <exception cref="StackException">There is no such workflow, or it does not answer.</exception>
    public Task<HoldsView> LookAsync(CancellationToken cancellationToken) => LookAsync(client.GetWorkflowHandle(workflowId), cancellationToken);

    private async Task<HoldsView> LookAsync(WorkflowHandle run, CancellationToken cancellationToken)
    {
        try
        {
            return await run
                .QueryAsync<HoldsView>(HoldNames.Query, [], new WorkflowQueryOptions { Rpc = Rpc(cancellationToken) }).ConfigureAwait(false);
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
        {
            throw new StackException($"There is no workflow '{workflowId}'.", missing);
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException or WorkflowQueryRejectedException)
        {
            throw new StackException($"The workflow '{workflowId}' does not answer: {e.Message}", e);
        }
    }

    /// <summary>Sends an act and waits until it is accepted or refused; null when neither came in 30 s.</summary>
    /// <exception cref="StackException">The workflow has ended, or it does not answer.</exception>
    public async Task<ActView?> SendAsync(Intervention act, CancellationToken cancellationToken)
    {
        WorkflowHandle run;
        try
        {
            // The run that there is now, by its id: a late event may begin another as soon as the act has let this one end, and that knows of no act.
            var now = await client.GetWorkflowHandle(workflowId).DescribeAsync(new WorkflowDescribeOptions { Rpc = Rpc(cancellationToken) }).ConfigureAwait(false);
            run = client.GetWorkflowHandle(workflowId, now.RunId);
            await run.SignalAsync(HoldNames.Signal, [act], new WorkflowSignalOptions { Rpc = Rpc(cancellationToken) }).ConfigureAwait(false);
        }
        catch (RpcException ended) when (ended.Code == RpcException.StatusCode.NotFound)
        {
            throw new StackException($"The workflow '{workflowId}' has ended, or there is none: nothing is held there.", ended);
        }
        catch (RpcException e)
        {
            throw new StackException($"The act could not be sent to '{workflowId}': {e.Message}", e);
        }

        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            if ((await LookAsync(run, cancellationToken).ConfigureAwait(false)).Acts.FirstOrDefault(one => one.Id == act.Id) is { } seen)
            {
                return seen;
            }

            if (Stopwatch.GetElapsedTime(begin) > Patience)
            {
                return null;
            }

            await Task.Delay(Interval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static RpcOptions Rpc(CancellationToken cancellationToken) => new() { CancellationToken = cancellationToken };
}
