using System.Diagnostics;
using static PaymentWorkflows.Domain.Ledger.LedgerAccount;

namespace PaymentWorkflows.Domain.Ledger;

/// <summary>From business events to postings, pure: the only place that knows which accounts an event touches.</summary>
public static class PostingRules
{
    /// <summary>The entry for a fact.</summary>
    public static LedgerEntry Entry(LedgerFact fact, MerchantId merchant, TransactionId transaction) => fact switch
    {
        LedgerFact.PaymentCaptured captured => Captured(captured, merchant, transaction),
        LedgerFact.CaptureReversed reversed => Reversed(reversed, merchant, transaction),
        _ => throw new UnreachableException($"No posting rule for {fact}."),
    };

    private static LedgerEntry Captured(LedgerFact.PaymentCaptured fact, MerchantId merchant, TransactionId transaction)
    {
        var fee = fact.Fee ?? Money.Zero(fact.Gross.Currency);
        return LedgerEntry.Of(
            fact.Reference,
            "capture",
            merchant,
            transaction,
            fact.OccurredAt,
            Posting.Debit(ProviderClearing(fact.Provider), fact.Gross - fee),
            Posting.Debit(ProcessingFees, fee),
            Posting.Credit(Revenue, fact.Gross - Tax(fact.Tax, fact.Gross)),
            Posting.Credit(TaxPayable, Tax(fact.Tax, fact.Gross)));
    }

    private static LedgerEntry Reversed(LedgerFact.CaptureReversed fact, MerchantId merchant, TransactionId transaction) => LedgerEntry.Of(
        fact.Reference,
        "capture_reversal",
        merchant,
        transaction,
        fact.OccurredAt,
        Posting.Debit(Refunds, fact.Amount - Tax(fact.Tax, fact.Amount)),
        Posting.Debit(TaxPayable, Tax(fact.Tax, fact.Amount)),
        Posting.Credit(ProviderClearing(fact.Provider), fact.Amount));

    private static Money Tax(Money? tax, Money of) => tax ?? Money.Zero(of.Currency);
}
