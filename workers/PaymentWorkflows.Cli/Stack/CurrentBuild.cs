using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Temporal;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>
/// Makes a build the one that begins new sagas, as a roll-out does in production. Until one is, the server keeps new sagas in the queue,
/// because it knows of versioned workers only.
/// </summary>
internal static class CurrentBuild
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the build's workers are known, makes it current, and returns when new sagas go to it.</summary>
    /// <param name="temporal">The server.</param>
    /// <param name="version">The build.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StackException">The server refuses, or did not do so in two minutes.</exception>
    public static async Task SetAsync(TemporalOptions temporal, WorkerDeploymentVersion version, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = await Probes.ConnectAsync(temporal, cancellationToken).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var tick = new PeriodicTimer(Pause, time);
        var missing = "the server does not answer";
        try
        {
            for (var isSet = false; ;)
            {
                try
                {
                    if (!isSet)
                    {
                        await SetOnceAsync(client, version, either.Token).ConfigureAwait(false);
                        isSet = true;
                    }

                    var routing = await QueueRouting.ReadAsync(client, TaskQueues.Sagas, either.Token).ConfigureAwait(false);
                    if (routing.GivesAllTo(version))
                    {
                        return;
                    }

                    missing = $"new sagas still go to {routing.Current?.BuildId ?? "unversioned workers"}";
                }
                catch (RpcException notYet) when (!IsFinal(notYet))
                {
                    missing = notYet.Message;
                }

                await tick.WaitForNextTickAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new StackException(
                $"Build {version.BuildId} of the deployment {version.DeploymentName} did not become the current one: {(e is RpcException ? e.Message : missing).TrimEnd('.')}.", e);
        }
    }

    // The processes of a stack start together with this. The server refuses while it knows no worker of the build; a queue that the build
    // does not serve yet comes a moment later.
    private static Task SetOnceAsync(ITemporalClient client, WorkerDeploymentVersion version, CancellationToken cancellationToken) =>
        client.WorkflowService.SetWorkerDeploymentCurrentVersionAsync(
            new SetWorkerDeploymentCurrentVersionRequest
            {
                Namespace = client.Options.Namespace,
                DeploymentName = version.DeploymentName,
                BuildId = version.BuildId,
                IgnoreMissingTaskQueues = true,
            },
            new RpcOptions { CancellationToken = cancellationToken });

    private static bool IsFinal(RpcException refusal) =>
        refusal.Code is RpcException.StatusCode.Unimplemented or RpcException.StatusCode.InvalidArgument or RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unauthenticated;
}
