using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>Adds up what became known of money, note by note. What one source knows of a payment is not added to what another knows of the same.</summary>
internal sealed class StoryMoney(Currency currency)
{
    private readonly Dictionary<string, (long Authorized, long Captured, long Refunded)> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Payment, string Refund), long> refunds = [];
    private long booked;

    public TransactionMoney Now
    {
        get
        {
            var captured = payments.Values.Sum(one => one.Captured);
            // A payment's own total holds the refunds of it that are known one by one.
            var refunded = payments.Keys.Union(refunds.Keys.Select(key => key.Payment))
                .Sum(payment => Math.Max(payments.GetValueOrDefault(payment).Refunded, refunds.Where(one => one.Key.Payment == payment).Sum(one => one.Value)));
            return new TransactionMoney(currency.Code, payments.Values.Sum(one => one.Authorized), captured, refunded, captured - refunded, booked);
        }
    }

    public void Take(MoneyNote? note)
    {
        if (note is null || note.Currency != currency)
        {
            return;
        }

        booked += note.Booked;
        if (note.Payment is not { } payment)
        {
            return;
        }

        if (note.Refund is { } refund)
        {
            refunds[(payment, refund)] = note.Refunded ?? 0;
            return;
        }

        var known = payments.GetValueOrDefault(payment);
        payments[payment] = (note.Authorized ?? known.Authorized, note.Captured ?? known.Captured, note.Refunded ?? known.Refunded);
    }
}
