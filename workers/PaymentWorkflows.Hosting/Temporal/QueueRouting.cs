using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Common;

namespace PaymentWorkflows.Hosting.Temporal;

/// <summary>Which build the server gives the new sagas of a task queue to.</summary>
/// <param name="Current">The current version; null gives them to unversioned workers.</param>
/// <param name="Ramping">A part of them goes to another version.</param>
public sealed record QueueRouting(WorkerDeploymentVersion? Current, bool Ramping)
{
    /// <summary>Reads it from the server: a small request that runs no workflow.</summary>
    public static async Task<QueueRouting> ReadAsync(ITemporalClient client, string queue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var answer = await client.WorkflowService.DescribeTaskQueueAsync(
            new DescribeTaskQueueRequest { Namespace = client.Options.Namespace, TaskQueue = new TaskQueue { Name = queue }, TaskQueueType = TaskQueueType.Workflow },
            new RpcOptions { CancellationToken = cancellationToken }).ConfigureAwait(false);
        return answer.VersioningInfo is { } info
            ? new QueueRouting(
                info.CurrentDeploymentVersion is { } current ? new WorkerDeploymentVersion(current.DeploymentName, current.BuildId) : null,
                info.RampingVersionPercentage > 0)
            : new QueueRouting(null, Ramping: false);
    }

    /// <summary>Whether every new saga goes to this version.</summary>
    public bool GivesAllTo(WorkerDeploymentVersion version) => !Ramping && Current == version;
}
