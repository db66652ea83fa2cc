using PaymentWorkflows.Contracts;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>Every kind of step, in one table.</summary>
public static class ActivityProfiles
{
    /// <summary>Moves money or reads a provider. One try covers the longest provider call with its rows before and after.</summary>
    public static ActivityProfile Money { get; } = new(
        TaskQueues.Payments,
        LocalWhenIsolated: false,
        StartToClose: TimeSpan.FromSeconds(90),
        LocalTries: 2,
        FirstRetry: TimeSpan.FromMilliseconds(500),
        LongestRetry: TimeSpan.FromMinutes(1))
    {
        Heartbeat = TimeSpan.FromSeconds(3),
    };

    /// <summary>Asks a tax engine: moves nothing, so it may be asked again at once, also when the task was lost on its way to a worker.</summary>
    public static ActivityProfile Tax { get; } = new(
        TaskQueues.Tax,
        LocalWhenIsolated: false,
        StartToClose: TimeSpan.FromSeconds(30),
        LocalTries: 2,
        FirstRetry: TimeSpan.FromMilliseconds(200),
        LongestRetry: TimeSpan.FromSeconds(30))
    {
        Heartbeat = TimeSpan.FromSeconds(3),
    };

    /// <summary>
    /// Tells an ERP: it may be down for hours, and nobody waits for it. A saga's own worker, which others do wait for, tries once and
    /// shortly, as long as the ERP is known to work.
    /// </summary>
    public static ActivityProfile Erp { get; } = new(
        TaskQueues.Erp,
        LocalWhenIsolated: false,
        StartToClose: TimeSpan.FromSeconds(60),
        LocalTries: 1,
        FirstRetry: TimeSpan.FromSeconds(1),
        LongestRetry: TimeSpan.FromMinutes(10))
    {
        Heartbeat = TimeSpan.FromSeconds(10),
    };

    /// <summary>
    /// Tells everybody of a sale, once: whoever does not get through goes on by a step of its own. Where no worker of the ERP is there, the
    /// tax does not wait for one.
    /// </summary>
    public static ActivityProfile Sale { get; } = new(
        TaskQueues.Erp,
        LocalWhenIsolated: false,
        StartToClose: TimeSpan.FromSeconds(30),
        LocalTries: 1,
        FirstRetry: TimeSpan.FromSeconds(1),
        LongestRetry: TimeSpan.FromSeconds(1))
    {
        Heartbeat = TimeSpan.FromSeconds(10),
        Wait = TimeSpan.FromSeconds(10),
    };

    /// <summary>Asks a merchant's backend: it answers in seconds or the question is put again, remotely, so that one that hangs holds a local slot once only.</summary>
    public static ActivityProfile Merchant { get; } = new(
        TaskQueues.Sagas,
        LocalWhenIsolated: true,
        StartToClose: TimeSpan.FromSeconds(45),
        LocalTries: 1,
        FirstRetry: TimeSpan.FromMilliseconds(500),
        LongestRetry: TimeSpan.FromMinutes(1));

    /// <summary>Reads and writes our own rows: short, and local in both placements.</summary>
    public static ActivityProfile Rows { get; } = new(
        TaskQueues.Sagas,
        LocalWhenIsolated: true,
        StartToClose: TimeSpan.FromSeconds(15),
        LocalTries: 4,
        FirstRetry: TimeSpan.FromMilliseconds(100),
        LongestRetry: TimeSpan.FromSeconds(15));
}
