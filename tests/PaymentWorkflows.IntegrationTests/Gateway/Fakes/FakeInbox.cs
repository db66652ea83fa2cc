using System.Collections.Concurrent;
using System.Text;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>An inbox in memory; what became of each event can be awaited.</summary>
internal sealed class FakeInbox : IInbox
{
    private readonly ConcurrentDictionary<string, byte> known = new();
    private readonly ConcurrentQueue<InboxEvent> waiting = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(string What, string? Detail, DateTimeOffset At)>> ends = new();

    internal Exception? Fault { get; set; }
    internal int Kept => known.Count;

    public Task<bool> StoreAsync(InboxEvent received, CancellationToken cancellationToken)
    {
        if (Fault is { } fault)
        {
            throw fault;
        }

        var isNew = known.TryAdd($"{received.Account}/{received.EventId}", 0);
        if (isNew)
        {
            waiting.Enqueue(received);
        }

        return Task.FromResult(isNew);
    }

    public Task<IReadOnlyList<InboxEvent>> TakeAsync(int limit, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        var taken = new List<InboxEvent>();
        while (taken.Count < limit && waiting.TryDequeue(out var next))
        {
            taken.Add(next);
        }

        return Task.FromResult<IReadOnlyList<InboxEvent>>(taken);
    }

    public Task CompleteAsync(InboxEvent received, InboxOutcome outcome, string? detail, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Source(received.EventId).TrySetResult((outcome.ToString(), detail, now));
        return Task.CompletedTask;
    }

    public Task PostponeAsync(InboxEvent received, DateTimeOffset until, string detail, CancellationToken cancellationToken)
    {
        Source(received.EventId).TrySetResult(("Postponed", detail, until));
        return Task.CompletedTask;
    }

    /// <summary>What became of the event.</summary>
    internal Task<(string What, string? Detail, DateTimeOffset At)> EndOf(string eventId) =>
        Source(eventId).Task.WaitAsync(TimeSpan.FromSeconds(10));

    private TaskCompletionSource<(string What, string? Detail, DateTimeOffset At)> Source(string eventId) =>
        ends.GetOrAdd(eventId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>Takes bodies of the form <c>event-id|type|workflow-id</c>, perhaps with <c>|checkout-id</c>, signed with <c>good</c>.</summary>
internal sealed class FakeReader : IWebhookReader
{
    public WebhookCheck Check(ReadOnlyMemory<byte> body, string? signatureHeader, DateTimeOffset now)
    {
        var parts = Encoding.UTF8.GetString(body.Span).Split('|');
        return signatureHeader == "good" ? new WebhookCheck.Genuine(parts[0], parts[1], null) : new WebhookCheck.Refused("no valid signature");
    }

    public WebhookSubject Read(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span).Split('|') switch
    {
        [_, "unreadable", ..] => throw new FormatException("No event that this build can read."),
        [_, var type, ""] => new WebhookSubject(null, "pi_1", null, null, Interest(type)),
        [_, var type, var workflow, var checkout] => new WebhookSubject(workflow, "pi_1", null, CheckoutId.Parse(checkout), Interest(type)) { TellsOfMoney = type is "paid" or "landed" },
        [_, var type, var workflow] => new WebhookSubject(workflow, "pi_1", null, null, Interest(type)),
        _ => throw new FormatException("Not three parts."),
    };

    private static WebhookInterest Interest(string type) => type switch
    {
        "boring" or "landed" => WebhookInterest.None,
        "refund.updated" => WebhookInterest.Refund,
        "refund.failed" => WebhookInterest.RefundFailed,
        _ => WebhookInterest.Payment,
    };
}
