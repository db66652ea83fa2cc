using System.Diagnostics;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Hosting.Logging;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>
/// Brings kept events to the sagas that wait for them. What nothing waits for is closed, what cannot be read is parked with its bytes
/// and the reason, what could not be delivered is tried again later.
/// </summary>
public sealed partial class InboxDispatcher(
    IInbox inbox, IWebhookReader reader, ICheckoutStore checkouts, RefundEvents refunds, ISagaSignaler signaler, IEndedSagas ended, InboxWake wake,
    TimeProvider clock, ILogger<InboxDispatcher> logger) : BackgroundService
{
    private const int Page = 100;
    private const int AtOnce = 8;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>One round; returns how many events were taken.</summary>
    public async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        var events = await inbox.TakeAsync(Page, clock.GetUtcNow(), Lease, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(events, options, async (received, token) => await DeliverAsync(received, token));
        return events.Count;
    }

    /// <summary>Why no saga ever waits for such an event; null for one that may be of use.</summary>
    public static string? NotNeeded(WebhookSubject? subject) => subject is { TellsOfMoney: false } ? HeardByNone(subject) : null;

    /// <summary>An event of a payment first rests while its checkout is being paid: the answer to the saga's own call comes before it.</summary>
    public static EventPause? RestOf(WebhookSubject? subject, DateTimeOffset receivedAt) => Paid(subject) is { } checkout ? new EventPause(checkout, receivedAt + Rest) : null;

    /// <summary>How long an event rests after so many tries: 1 s, doubling to a minute.</summary>
    public static TimeSpan Pause(int tries) =>
        tries >= 6 ? LongestPause : TimeSpan.FromSeconds(1 << Math.Max(0, tries));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await DispatchAsync(stoppingToken) == Page)
                {
                    continue;
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // The inbox could not be asked; what was taken comes back when its lease runs out.
                LogFailed(fault);
            }

            await wake.WaitAsync(Poll, stoppingToken);
        }
    }

    private async Task DeliverAsync(InboxEvent received, CancellationToken cancellationToken)
    {
        try
        {
            var subject = Read(received, out var unreadable) is { } named ? await refunds.FindOwnerAsync(named, cancellationToken) : null;
            using var scope = logger.BeginScope(new SagaScope(subject?.TransactionId, subject?.WorkflowId));
            using var transaction = TransactionScope.Enter(subject?.TransactionId);
            using var span = Span(received, subject);
            if (subject is not null && Paid(subject) is { } checkout && await NeedsNoSignalAsync(received, subject, checkout, cancellationToken))
            {
                span?.SetTag(TelemetryNames.Outcome, "not_needed");
                return;
            }

            if (subject is { Interest: WebhookInterest.Refund } && await refunds.NeedsNoSignalAsync(received, subject, cancellationToken) is { } rests)
            {
                await RestAsync(received, rests, cancellationToken);
                return;
            }

            var (outcome, detail) = subject is null ? (InboxOutcome.Parked, unreadable) : await TellAsync(received, subject, cancellationToken);
            await CloseAsync(received, outcome, detail, cancellationToken);
            span?.SetTag(TelemetryNames.Outcome, HoldRules.Name(outcome));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var pause = Pause(received.Tries);
            LogPostponed(fault, received.EventId, received.Type, pause.TotalSeconds);
            await inbox.PostponeAsync(received, clock.GetUtcNow() + pause, fault.GetType().Name, cancellationToken);
        }
    }

    /// <summary>The checkout whose payment an event tells of; null when it tells of none.</summary>
    private static CheckoutId? Paid(WebhookSubject? subject) =>
        subject is { Interest: WebhookInterest.Payment } or { TellsOfMoney: true } ? subject.CheckoutId : null;

    /// <summary>Why no running saga is told of it; null for one that is.</summary>
    private static string? HeardByNone(WebhookSubject subject) => subject switch
    {
        { Interest: WebhookInterest.None } => "No saga waits for this type.",
        { WorkflowId: null or "", RefundId: null } => "The object names no workflow: it is not ours.",
        _ => null,
    };

    /// <summary>In the trace of the purchase; the request that brought the event has a trace of its own, the provider's, and is linked.</summary>
    private static Activity? Span(InboxEvent received, WebhookSubject? subject)
    {
        var span = Spans.Start($"deliver {received.Type}", ActivityKind.Consumer, received.PurchaseTrace ?? received.TraceParent, received.TraceParent);
        span?.SetTag(TelemetryNames.EventId, received.EventId);
        span?.SetTag(TelemetryNames.EventType, received.Type);
        span?.SetTag(TelemetryNames.TransactionId, subject?.TransactionId?.Value);
        span?.SetTag(TelemetryNames.CheckoutId, subject?.CheckoutId?.Value);
        span?.SetTag(TelemetryNames.WorkflowId, subject?.WorkflowId);
        return span;
    }

    /// <summary>Whether the checkout's row says that its saga has no use for the event, now or at all; then the event is dealt with.</summary>
    private async Task<bool> NeedsNoSignalAsync(InboxEvent received, WebhookSubject subject, CheckoutId id, CancellationToken cancellationToken)
    {
        var stored = await checkouts.FindAsync(id, cancellationToken);
        var view = stored?.View;
        if (view?.Status.IsFinal() == true && subject is { TellsOfMoney: true, PaymentId: { } payment } && IsNewMoney(view, payment))
        {
            await CloseAsync(received, InboxOutcome.Signaled, await ended.TakeUpAsync(stored!, payment, cancellationToken), cancellationToken);
            return true;
        }

        if (subject.Interest != WebhookInterest.Payment && MayEndWithoutThisMoney(view, subject.PaymentId))
        {
            await inbox.PostponeAsync(received, clock.GetUtcNow() + Pause(received.Tries), "The checkout has not ended.", cancellationToken);
            return true;
        }

        if (subject.Interest != WebhookInterest.Payment)
        {
            return false;
        }

        if (view?.Status.IsFinal() == true)
        {
            await CloseAsync(received, InboxOutcome.Ignored, $"The checkout is {HoldRules.Name(view.Status)} already.", cancellationToken);
            return true;
        }

        // The saga is at the call that made this event, whose own answer comes first: a signal now would only make it run its last steps again.
        if (view is { Status: CheckoutStatus.Processing, Held: null } && clock.GetUtcNow() - received.ReceivedAt < Rest)
        {
            await inbox.PostponeAsync(received, received.ReceivedAt + Rest, "The checkout is being paid.", cancellationToken);
            return true;
        }

        return false;
    }

    /// <summary>Whether the row of an ended checkout does not know it: it came too late, or beside the payment that the checkout took.</summary>
    private static bool IsNewMoney(CheckoutView view, string payment) => view.AmountCaptured == 0 || (view.Payment is { } known && known.Id != payment);

    /// <summary>
    /// A checkout that is being paid, waits for its customer or a bank, or is taken back, may end without looking at its payment once more, and one
    /// that has a payment never looks at another: what is paid then is late or a second time, which is known only when it has ended.
    /// </summary>
    private static bool MayEndWithoutThisMoney(CheckoutView? view, string? payment) => view is { Status: var status } && !status.IsFinal()
        && ((view.AmountCaptured == 0 && (status is CheckoutStatus.Processing or CheckoutStatus.RequiresAction || view.AwaitsProvider)) || (view.Payment is { } known && known.Id != payment));

    private Task RestAsync(InboxEvent received, EventRest rest, CancellationToken cancellationToken) => rest.Until is { } until
        ? inbox.PostponeAsync(received, until, rest.Detail, cancellationToken)
        : CloseAsync(received, InboxOutcome.Ignored, rest.Detail, cancellationToken);

    private async Task CloseAsync(InboxEvent received, InboxOutcome outcome, string? detail, CancellationToken cancellationToken)
    {
        await inbox.CompleteAsync(received, outcome, detail, clock.GetUtcNow(), cancellationToken);
        LogDone(received.EventId, received.Type, outcome, detail);
    }

    private WebhookSubject? Read(InboxEvent received, out string? unreadable)
    {
        try
        {
            unreadable = null;
            return reader.Read(received.Body);
        }
        catch (FormatException wrong)
        {
            unreadable = wrong.Message;
            return null;
        }
    }

    private async Task<(InboxOutcome Outcome, string? Detail)> TellAsync(InboxEvent received, WebhookSubject subject, CancellationToken cancellationToken)
    {
        if (HeardByNone(subject) is { } why)
        {
            return (InboxOutcome.Ignored, why);
        }

        if (subject.WorkflowId is null or "")
        {
            return (InboxOutcome.Ignored, "The refund is nobody's here.");
        }

        var signal = new ProviderEventSignal(received.EventId, received.Type, subject.PaymentId) { RefundId = subject.RefundId };
        return await signaler.SignalAsync(subject.WorkflowId!, signal, cancellationToken)
                || (subject.Interest is WebhookInterest.Refund or WebhookInterest.RefundFailed && await refunds.ReopenAsync(subject, signal, cancellationToken))
                || await TakeUpAgainAsync(subject, cancellationToken)
            ? (InboxOutcome.Signaled, subject.WorkflowId)
            : (InboxOutcome.Ignored, $"No running workflow {subject.WorkflowId}.");
    }

    /// <summary>A second payment had gone back, and came back: its workflow has ended and is needed once more.</summary>
    private async Task<bool> TakeUpAgainAsync(WebhookSubject subject, CancellationToken cancellationToken)
    {
        if (subject is not { Interest: WebhookInterest.RefundFailed, PaymentId: { } payment, CheckoutId: { } id } || subject.WorkflowId != WorkflowIds.LatePayment(payment)
            || await checkouts.FindAsync(id, cancellationToken) is not { } checkout)
        {
            return false;
        }

        await ended.TakeUpAsync(checkout, payment, cancellationToken);
        return true;
    }

    [LoggerMessage(60, LogLevel.Information, "Webhook {WebhookId} ({EventType}) is {Outcome}: {Detail}")]
    private partial void LogDone(string webhookId, string eventType, InboxOutcome outcome, string? detail);

    [LoggerMessage(61, LogLevel.Warning, "Webhook {WebhookId} ({EventType}) could not be delivered; next try in {Seconds} s")]
    private partial void LogPostponed(Exception fault, string webhookId, string eventType, double seconds);

    [LoggerMessage(62, LogLevel.Warning, "The inbox could not be worked on")]
    private partial void LogFailed(Exception fault);
}
