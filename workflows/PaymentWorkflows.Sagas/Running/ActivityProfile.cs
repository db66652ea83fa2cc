using PaymentWorkflows.Contracts;
using Temporalio.Common;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>How one kind of step is run: where, for how long, and how often again.</summary>
/// <param name="Queue">Its task queue when it runs remotely.</param>
/// <param name="LocalWhenIsolated">Whether it stays in the saga's worker even in an isolated deployment.</param>
/// <param name="StartToClose">The longest one try may take.</param>
/// <param name="LocalTries">How often it is tried in the saga's worker before it goes on as a remote step.</param>
/// <param name="FirstRetry">Wait before the first retry; doubles each time.</param>
/// <param name="LongestRetry">The longest wait between tries; there is no last one.</param>
public sealed record ActivityProfile(string Queue, bool LocalWhenIsolated, TimeSpan StartToClose, int LocalTries, TimeSpan FirstRetry, TimeSpan LongestRetry)
{
    /// <summary>How long a remote step's worker may be silent before it counts as dead and another takes the step; null never asks.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>How long a remote step waits for a worker before it fails; null waits for ever.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Whether the step starts in the saga's own worker.</summary>
    public bool StartsLocally(Placement placement) => LocalWhenIsolated || placement == Placement.Lean;

    // Steps are never cut off by the workflow's cancellation: their outcome must be known before anything is undone.
    internal LocalActivityOptions Local(string summary) => new()
    {
        StartToCloseTimeout = StartToClose,
        RetryPolicy = Retry(LocalTries),
        CancellationToken = CancellationToken.None,
        Summary = summary,
    };

    internal ActivityOptions Remote(string summary, int maximumTries = 0) => new()
    {
        TaskQueue = Queue,
        ScheduleToStartTimeout = Wait,
        StartToCloseTimeout = StartToClose,
        HeartbeatTimeout = Heartbeat,
        RetryPolicy = Retry(maximumTries),
        CancellationToken = CancellationToken.None,
        Summary = summary,
    };

    private RetryPolicy Retry(int maximumTries) => new()
    {
        InitialInterval = FirstRetry,
        BackoffCoefficient = 2,
        MaximumInterval = LongestRetry,
        MaximumAttempts = maximumTries,
        NonRetryableErrorTypes = [.. StepFailure.NeverRetried],
    };
}
