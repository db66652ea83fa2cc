using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Domain.Ledger;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.LatePayments;

/// <summary>Writes late money into the row of its checkout, so that it can be given back like any other; a second payment into the books alone.</summary>
public sealed class LatePaymentActivities(ICheckoutStore store, ILedgerWriter books, TimeProvider clock) : ILatePaymentActivities
{
    /// <summary>The message to the app backend.</summary>
    public const string Notice = "checkout.late_payment";

    [Activity("record_late_payment")]
    public async Task<LatePaymentRecorded?> RecordAsync(LatePaymentRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        while (true)
        {
            var stored = await store.FindAsync(record.CheckoutId, cancellation)
                ?? throw new ApplicationFailureException($"There is no checkout {record.CheckoutId}.", ErrorTypes.InvalidCheckout, nonRetryable: true);
            if (record.Beside)
            {
                await GuardAsync(() => books.BookAsync(Entries(record.Facts, record, stored), clock.GetUtcNow(), cancellation));
                return new LatePaymentRecorded(Beside: true);
            }

            if (IsBeside(stored.View, record))
            {
                await BookReceivedAsync(record, stored, cancellation);
                return new LatePaymentRecorded(Beside: true);
            }

            if (Knows(stored.View, record) || await WriteAsync(record, stored, cancellation))
            {
                return new LatePaymentRecorded(Beside: false);
            }
        }
    }

    private async Task BookReceivedAsync(LatePaymentRecord record, StoredCheckout stored, CancellationToken cancellationToken)
    {
        try
        {
            await books.BookAsync(Entries([.. record.Facts.OfType<LedgerFact.LatePaymentReceived>()], record, stored), clock.GetUtcNow(), cancellationToken);
        }
        catch (LedgerConflictException)
        {
            // An earlier run booked this very payment, when its fee was not known yet.
        }
    }

    /// <summary>False when the row moved on meanwhile.</summary>
    private async Task<bool> WriteAsync(LatePaymentRecord record, StoredCheckout stored, CancellationToken cancellationToken)
    {
        var view = stored.View with
        {
            Payment = new PaymentReference(record.Payment.Provider, record.Payment.Id, stored.Input.PaymentMethod.Type),
            AmountCaptured = record.Payment.Captured.Minor,
            Revision = stored.View.Revision + 1,
        };
        var written = new CheckoutRecord
        {
            CheckoutId = record.CheckoutId,
            TransactionId = record.TransactionId,
            Merchant = stored.Input.Merchant,
            View = view,
            Facts = record.Facts,
            RefundedOutside = record.Payment.Refunded?.Minor ?? 0,
            Notice = Notice,
        };
        var isWritten = false;
        await GuardAsync(async () =>
            isWritten = (await store.RecordAsync(written, Entries(record.Facts, record, stored), clock.GetUtcNow(), cancellationToken)).Revision == view.Revision);
        return isWritten;
    }

    private static LedgerEntry[] Entries(IReadOnlyList<LedgerFact> facts, LatePaymentRecord record, StoredCheckout stored) =>
        [.. facts.Select(fact => PostingRules.Entry(fact, stored.Input.Merchant, record.TransactionId))];

    private static async Task GuardAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (LedgerConflictException conflict)
        {
            throw new ApplicationFailureException(conflict.Message, conflict, ErrorTypes.LedgerConflict, nonRetryable: true);
        }
    }

    private static bool IsBeside(CheckoutView view, LatePaymentRecord record) => view.AmountCaptured > 0 && view.Payment is { } known && known.Id != record.Payment.Id;

    private static bool Knows(CheckoutView view, LatePaymentRecord record) =>
        view.Payment?.Id == record.Payment.Id && view.AmountCaptured >= record.Payment.Captured.Minor;
}
