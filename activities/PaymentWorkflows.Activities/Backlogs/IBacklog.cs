using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Activities.Backlogs;

/// <summary>What waits in the tables for somebody to take it up.</summary>
public interface IBacklog
{
    Task<Backlog> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>How much waits, and how long the oldest of it has.</summary>
/// <param name="Inbox">Webhooks that are not closed.</param>
/// <param name="Outbox">Notices that are neither delivered nor given up.</param>
/// <param name="GivenUp">Notices that were given up.</param>
/// <param name="Unstarted">Checkouts whose workflow nobody saw start.</param>
/// <param name="UnstartedRefunds">Refunds whose workflow nobody saw start.</param>
/// <param name="Holds">Checkouts and refunds that wait for a person, by reason.</param>
public sealed record Backlog(Waiting Inbox, Waiting Outbox, long GivenUp, Waiting Unstarted, Waiting UnstartedRefunds, IReadOnlyDictionary<HoldReason, long> Holds);

/// <summary>Things of one kind that wait.</summary>
/// <param name="Count">How many.</param>
/// <param name="Oldest">How long the oldest has waited; zero when nothing waits.</param>
public sealed record Waiting(long Count, TimeSpan Oldest);
