using System.Globalization;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.LatePayments;

/// <summary>Writes late money into the row of its checkout, so that it can be given back like any other; a second payment into the books alone.</summary>
public sealed class LatePaymentActivities(ICheckoutStore store, ILedger ledger, ILedgerWriter books, TimeProvider clock) : ILatePaymentActivities
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
            if (record.Beside || IsBeside(stored.View, record))
            {
                await (record.Beside ? BookReturnedAsync(record, stored, cancellation) : BookReceivedAsync(record, stored, cancellation));
                return new LatePaymentRecorded(Beside: true) { PaidOutside = record.Beside ? 0 : await PaidOutsideAsync(record, cancellation) };
            }

            if (Knows(stored.View, record))
            {
                return new LatePaymentRecorded(Beside: false);
            }

            // The next look at the row says whose it became: another late payment may have come at the same moment.
            await WriteAsync(record, stored, cancellation);
        }
    }

    private async Task<long> PaidOutsideAsync(LatePaymentRecord record, CancellationToken cancellationToken) =>
        (await PaidBackAsync(record, cancellationToken)).Where(line => LedgerReferences.IsPaidOutside(record.Payment.Id, line.Reference)).Sum(line => line.AmountMinor);

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

    /// <summary>The facts, and then what else the provider has given back: a person did, there.</summary>
    private async Task BookReturnedAsync(LatePaymentRecord record, StoredCheckout stored, CancellationToken cancellationToken)
    {
        if (record.Facts.Count > 0)
        {
            await GuardAsync(() => books.BookAsync(Entries(record.Facts, record, stored), clock.GetUtcNow(), cancellationToken));
        }

        if (record.ReturnedInAll is not { } inAll)
        {
            return;
        }

        var known = (await PaidBackAsync(record, cancellationToken)).Where(line => !LedgerReferences.IsPaidOutside(record.Payment.Id, line.Reference)).ToArray();
        var booked = known.Sum(line => line.AmountMinor);
        if (inAll != booked)
        {
            var byHand = ByHand(record.Payment, known.Length, new Money(inAll - booked, record.Payment.Captured.Currency));
            await GuardAsync(() => books.BookAsync(Entries([byHand], record, stored), clock.GetUtcNow(), cancellationToken));
        }
    }

    /// <summary>What a person has given back, or what came back of that. It is booked once: the number of the entries before it is in the reference.</summary>
    private LedgerFact ByHand(ProviderPayment payment, int before, Money change)
    {
        var reference = string.Create(CultureInfo.InvariantCulture, $"{WorkflowIds.LatePayment(payment.Id)}:returned:{before}");
        return change.Minor > 0
            ? new LedgerFact.RefundIssued(reference, clock.GetUtcNow(), payment.Provider, change) { OfPayable = true }
            : new LedgerFact.RefundReturned(reference, clock.GetUtcNow(), payment.Provider, -change);
    }

    /// <summary>What this payment's own entries took from what is owed.</summary>
    private async Task<IEnumerable<LedgerLine>> PaidBackAsync(LatePaymentRecord record, CancellationToken cancellationToken)
    {
        var own = WorkflowIds.LatePayment(record.Payment.Id) + ":";
        return (await ledger.ShowAsync(record.TransactionId, cancellationToken))
            .Where(line => line.Account == LedgerAccount.RefundsPayable.Code && line.Reference.StartsWith(own, StringComparison.Ordinal));
    }

    private Task WriteAsync(LatePaymentRecord record, StoredCheckout stored, CancellationToken cancellationToken)
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
        return GuardAsync(() => store.RecordAsync(written, Entries(record.Facts, record, stored), clock.GetUtcNow(), cancellationToken));
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
