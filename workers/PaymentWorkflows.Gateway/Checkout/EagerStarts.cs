using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Temporal;
using Temporalio.Client;
using Temporalio.Common;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>
/// Whether this process may ask for an eager start, and so begin in its own saga worker what it is asked for. The server gives an eager task
/// to the build that asks for it, whichever is current. So only a Gateway of the current build asks, and none while two builds share the starts.
/// </summary>
/// <param name="client">The client of the process's own saga worker.</param>
/// <param name="own">The build of this process; null for an unversioned one, which always may.</param>
/// <param name="clock">When to look.</param>
/// <param name="logger">Told of changes.</param>
public sealed partial class EagerStarts(ITemporalClient client, WorkerDeploymentVersion? own, TimeProvider clock, ILogger<EagerStarts> logger) : BackgroundService
{
    /// <summary>A change of the current version counts here after this long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile bool allowed = own is null;

    public bool Allowed => allowed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (own is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await LookAsync(own, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // What was seen last stands: an eager start of another build than the current one only goes against the roll-out's wish.
                LogUnseen(fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(WorkerDeploymentVersion version, CancellationToken stoppingToken)
    {
        var routing = await QueueRouting.ReadAsync(client, TaskQueues.Sagas, stoppingToken);
        var may = routing.GivesAllTo(version);
        if (may != allowed)
        {
            allowed = may;
            LogChanged(version.BuildId, routing.Current?.BuildId ?? "none", may);
        }
    }

    [LoggerMessage(80, LogLevel.Information, "This build of the sagas is {Own}, the current one is {Current}; eager starts: {Allowed}")]
    private partial void LogChanged(string own, string current, bool allowed);

    [LoggerMessage(81, LogLevel.Warning, "The current build of the sagas cannot be read")]
    private partial void LogUnseen(Exception fault);
}
