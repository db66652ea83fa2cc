using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Gateway.Refunds;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>What the refunds' rows say of their events: whether a saga has use for one, and whether one that has ended must look again.</summary>
public sealed class RefundEvents(IRefundStore store, IRefundStarter starter, TimeProvider clock)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The event with whose it is, where its refund names nobody because a person made it at the provider: of the refund that took it as
    /// evidence, or else of a second payment, if it is one's.
    /// </summary>
    public async Task<WebhookSubject> FindOwnerAsync(WebhookSubject subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject is not { Interest: WebhookInterest.Refund or WebhookInterest.RefundFailed, WorkflowId: null or "", RefundId: { } id })
        {
            return subject;
        }

        return await store.FindByProviderAsync(id, cancellationToken) is { } refund
            ? subject with { WorkflowId = WorkflowIds.Refund(refund.Id), TransactionId = refund.TransactionId }
            : subject with { WorkflowId = subject.PaymentId is { } payment ? WorkflowIds.LatePayment(payment) : null };
    }

    /// <summary>Why the refund's saga has no use for the event, now or at all; null when it has.</summary>
    public async Task<EventRest?> NeedsNoSignalAsync(InboxEvent received, WebhookSubject subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(subject);
        if (await FindAsync(subject.WorkflowId, cancellationToken) is not { View: var view })
        {
            return null;
        }

        if (view.Status.IsFinal() && !view.IsGivenUp)
        {
            return new EventRest(null, $"The refund is {HoldRules.Name(view.Status)} already.");
        }

        // The saga is at the call that made this event, whose own answer comes first: a signal now would only make it run its last steps again.
        return view is { Status: RefundStatus.Processing, Held: null } && clock.GetUtcNow() - received.ReceivedAt < Rest
            ? new EventRest(received.ReceivedAt + Rest, "The refund is being made.")
            : null;
    }

    /// <summary>
    /// Money came back of a refund whose saga has ended, or something is heard of one that was given up with its outcome unknown: it is
    /// started again to look. False when there is no such refund, or the event is no news to it.
    /// </summary>
    public async Task<bool> ReopenAsync(WebhookSubject subject, ProviderEventSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (await FindAsync(subject.WorkflowId, cancellationToken) is not { } refund || !(refund.View.IsGivenUp || (subject.Interest == WebhookInterest.RefundFailed && !refund.View.Status.CameToNothing())))
        {
            return false;
        }

        await starter.ReopenAsync(refund, signal, cancellationToken);
        return true;
    }

    private async Task<StoredRefund?> FindAsync(string? workflowId, CancellationToken cancellationToken)
    {
        return WorkflowIds.RefundOf(workflowId) is { } id ? await store.FindAsync(id, cancellationToken) : null;
    }
}
