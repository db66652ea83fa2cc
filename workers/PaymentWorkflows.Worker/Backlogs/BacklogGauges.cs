using System.Diagnostics.Metrics;
using PaymentWorkflows.Activities.Backlogs;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Worker.Backlogs;

/// <summary>Shows what waits in the tables as gauges. Every process that shows them reads the same tables, so they are not to be added up.</summary>
public sealed partial class BacklogGauges : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly IBacklog backlog;
    private readonly TimeProvider clock;
    private readonly ILogger<BacklogGauges> logger;
    private Backlog? last;

    public BacklogGauges(IBacklog backlog, TimeProvider clock, ILogger<BacklogGauges> logger, IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        (this.backlog, this.clock, this.logger) = (backlog, clock, logger);
        var meter = meters.Create($"{TelemetryNames.Source}.Backlog");
        meter.CreateObservableGauge("payments.inbox.open", () => Of(now => now.Inbox.Count), "{event}", "Webhooks that are not closed.");
        meter.CreateObservableGauge("payments.inbox.oldest", () => Of(now => now.Inbox.Oldest.TotalSeconds), "s", "How long the oldest open webhook has waited.");
        meter.CreateObservableGauge("payments.outbox.open", () => Of(now => now.Outbox.Count), "{notice}", "Notices to app backends that are due.");
        meter.CreateObservableGauge("payments.outbox.oldest", () => Of(now => now.Outbox.Oldest.TotalSeconds), "s", "How long the oldest due notice has waited.");
        meter.CreateObservableGauge("payments.outbox.given_up", () => Of(now => now.GivenUp), "{notice}", "Notices that were given up and not replayed.");
        meter.CreateObservableGauge("payments.checkouts.unstarted", () => Of(now => now.Unstarted.Count), "{checkout}", "Accepted checkouts whose workflow nobody saw start.");
        meter.CreateObservableGauge("payments.refunds.unstarted", () => Of(now => now.UnstartedRefunds.Count), "{refund}", "Accepted refunds whose workflow nobody saw start.");
        meter.CreateObservableGauge("payments.holds.open", Holds, "{hold}", "Checkouts and refunds that wait for a person, by reason.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        do
        {
            try
            {
                last = await backlog.ReadAsync(clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // What was counted last would be shown as if it were so now.
                last = null;
                LogFailed(fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<T>> Of<T>(Func<Backlog, T> value)
        where T : struct => last is { } now ? [new Measurement<T>(value(now))] : [];

    /// <summary>Every reason, so that a hold that has ended is seen as none.</summary>
    private IEnumerable<Measurement<long>> Holds() => last is { } now
        ? Enum.GetValues<HoldReason>().Select(reason => new Measurement<long>(now.Holds.GetValueOrDefault(reason), new KeyValuePair<string, object?>("reason", HoldRules.Name(reason))))
        : [];

    [LoggerMessage(4100, LogLevel.Warning, "What waits in the tables could not be counted")]
    private partial void LogFailed(Exception fault);
}
