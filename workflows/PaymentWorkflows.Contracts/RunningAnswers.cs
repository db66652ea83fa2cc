using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace PaymentWorkflows.Contracts;

/// <summary>The answer of a workflow that may run or have ended.</summary>
internal static class RunningAnswers
{
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the answer while it runs, and reads it from the result when it has ended: it may end between the two.</summary>
    /// <param name="handle">The workflow.</param>
    /// <param name="ask">Asks the running workflow.</param>
    /// <param name="read">Reads the result of the ended one.</param>
    /// <param name="cancellationToken">Stops the waiting, not the workflow.</param>
    public static async Task<TAnswer> OfAsync<TAnswer>(
        WorkflowHandle handle, Func<RpcOptions, Task<TAnswer>> ask, Func<RpcOptions, Task<TAnswer>> read, CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        for (var tries = 1; ; tries++)
        {
            if ((await handle.DescribeAsync(new WorkflowDescribeOptions { Rpc = rpc })).Status != WorkflowExecutionStatus.Running)
            {
                return await read(rpc);
            }

            try
            {
                return await ask(rpc);
            }
            catch (Exception lost) when (LostAnswers.Is(lost) && tries < Tries && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }
}
