using PaymentWorkflows.Hosting.Temporal;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace PaymentWorkflows.Hosting.Health;

/// <summary>
/// Ready means: the server sees this process poll its queue. A process that lives but does not poll does no work, and nothing else would
/// tell.
/// </summary>
/// <param name="queue">The task queue.</param>
/// <param name="kinds">What is polled for: workflow tasks, activity tasks or both.</param>
public sealed class PollerProbe(ITemporalClient client, string queue, string processName, TimeProvider clock, params IReadOnlyList<TaskQueueType> kinds) : IReadinessProbe
{
    /// <summary>A long poll lasts a minute; a poller unseen for longer than two is gone.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    public string Name => $"pollers_{queue}";

    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in kinds)
        {
            var answer = await client.WorkflowService.DescribeTaskQueueAsync(
                new DescribeTaskQueueRequest { Namespace = client.Options.Namespace, TaskQueue = new TaskQueue { Name = queue }, TaskQueueType = kind },
                new RpcOptions { CancellationToken = cancellationToken });
            var since = clock.GetUtcNow() - Fresh;
            if (!answer.Pollers.Any(poller => poller.Identity == TemporalRegistration.Identity(processName) && poller.LastAccessTime.ToDateTimeOffset() > since))
            {
                return $"the server has not seen this process poll {queue} for {(kind == TaskQueueType.Workflow ? "workflow" : "activity")} tasks";
            }
        }

        return null;
    }
}
