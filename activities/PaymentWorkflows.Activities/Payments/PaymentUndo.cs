using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// Takes a payment back by what it is now: a reservation is canceled, nothing stays nothing. Captured money is told as it is: giving it
/// back is a refund of its own.
/// </summary>
public sealed class PaymentUndo(IPaymentProvider provider, IAttemptStore store, TimeProvider clock)
{
    /// <summary>
    /// A payment may move on between our look and our cancel: a customer finishes 3-D Secure, a bank says no. It is canceled so often as it is
    /// found afterwards; what is refused each time is a person's.
    /// </summary>
    private const int Races = 3;

    /// <summary>Takes it back as far as it is possible now. Pending: a bank has it, perhaps for days, and it can be taken back afterwards.</summary>
    public async Task<MoneyVerdict> UndoAsync(UndoRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        MoneyVerdict? refused = null;
        for (var race = 1; ; race++)
        {
            var payment = await ReadAsync(request, cancellationToken);
            if (payment.Facts is not { } facts)
            {
                return await AbsentOrUnknownAsync(request, payment, cancellationToken);
            }

            switch (facts.State)
            {
                case PaymentState.Canceled or PaymentState.Captured:
                    return new MoneyVerdict.Succeeded(facts);
                case PaymentState.Processing when refused is not null:
                    return new MoneyVerdict.Pending(facts, null);
            }

            if (refused is not null && race > Races)
            {
                return refused;
            }

            // Providers repeat their first answer to a key: what could not be canceled as it was then is another request afterwards.
            var canceled = await provider.CancelAsync(facts.Id, $"{idempotencyKey}:cancel_{HoldRules.Name(facts.State)}:{race}", cancellationToken);
            if (canceled is not MoneyVerdict.NotAttempted { Cause: RefusalCause.State })
            {
                return canceled;
            }

            refused = canceled;
        }
    }

    /// <summary>What an earlier undo left behind; <see cref="RefusalCause.Absent"/> when nothing is taken back yet.</summary>
    public async Task<MoneyVerdict> FindAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var payment = await ReadAsync(request, cancellationToken);
        if (payment.Facts is not { } facts)
        {
            return payment;
        }

        return facts.State switch
        {
            PaymentState.Canceled or PaymentState.Captured => new MoneyVerdict.Succeeded(facts),
            _ => NotUndone,
        };
    }

    private static MoneyVerdict NotUndone { get; } = new MoneyVerdict.NotAttempted(RefusalCause.Absent, "not_undone", "The payment is not taken back yet.");

    private Task<MoneyVerdict> ReadAsync(UndoRequest request, CancellationToken cancellationToken) => (request.Evidence ?? request.PaymentId) is { } id
        ? provider.ReadAsync(id, cancellationToken)
        : PaymentLookUp.FindAsync(provider, request.SeenPaymentId, request.OriginalKey, cancellationToken);

    /// <summary>
    /// A payment that cannot be found needs no undo - once the provider's index must know it. Before that the answer is open, because the
    /// request that made it may still be under way. One that was never sent is withdrawn: a worker that was halted just before it sends
    /// finds that out when it wakes.
    /// </summary>
    private async Task<MoneyVerdict> AbsentOrUnknownAsync(UndoRequest request, MoneyVerdict payment, CancellationToken cancellationToken)
    {
        if (payment is not MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent })
        {
            return payment;
        }

        var withdrawn = PaymentAttempt.Withdrawn(request.OriginalKey, "authorize", provider.Name, request.TransactionId, request.WorkflowId);
        var (original, isNew) = await store.ClaimAsync(withdrawn, clock.GetUtcNow(), cancellationToken);
        if (isNew)
        {
            await store.RecordAsync(original.Key, PaymentAttempt.SentNever, clock.GetUtcNow(), CancellationToken.None);
        }

        return original.IsWithdrawn || clock.GetUtcNow() - original.LastSentAt >= provider.SearchLag
            ? payment
            : new MoneyVerdict.Unknown(UnknownCause.Interrupted, "Not found yet; the provider's index may lag behind.");
    }
}
