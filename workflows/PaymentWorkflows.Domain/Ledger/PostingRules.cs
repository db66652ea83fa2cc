using System.Diagnostics;
using PaymentWorkflows.Domain.Tax;
using static PaymentWorkflows.Domain.Ledger.LedgerAccount;

namespace PaymentWorkflows.Domain.Ledger;

/// <summary>From business events to postings, pure: the only place that knows which accounts an event touches.</summary>
public static class PostingRules
{
    /// <summary>The kind of the entry of money that is owed because it came late, or a second time.</summary>
    public const string LatePaymentKind = "late_payment";

    /// <summary>The entry for a fact.</summary>
    public static LedgerEntry Entry(LedgerFact fact, MerchantId merchant, TransactionId transaction) => fact switch
    {
        LedgerFact.PaymentCaptured captured => Captured(captured, merchant, transaction),
        LedgerFact.LatePaymentReceived late => Late(late, merchant, transaction),
        LedgerFact.RefundIssued issued => Issued(issued, merchant, transaction),
        LedgerFact.RefundReturned returned => LedgerEntry.Of(
            returned.Reference,
            "refund_return",
            merchant,
            transaction,
            returned.OccurredAt,
            Posting.Debit(ProviderClearing(returned.Provider), returned.Amount),
            Posting.Credit(RefundsPayable, returned.Amount)),
        LedgerFact.RefundPaidOutside outside => LedgerEntry.Of(
            outside.Reference,
            "refund_paid_outside",
            merchant,
            transaction,
            outside.OccurredAt,
            GivenBack(outside.Amount, outside.Taxes, outside.OfPayable).Append(Posting.Credit(Bank, outside.Amount))),
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
            [
                Posting.Debit(ProviderClearing(fact.Provider), fact.Gross - fee),
                Posting.Debit(ProcessingFees, fee),
                Posting.Credit(Revenue, fact.Gross - Sum(fact.Taxes, fact.Gross)),
                .. fact.Taxes.Select(share => Posting.Credit(TaxPayable(share.Jurisdiction), share.Amount)),
            ]);
    }

    private static LedgerEntry Late(LedgerFact.LatePaymentReceived fact, MerchantId merchant, TransactionId transaction)
    {
        var fee = fact.Fee ?? Money.Zero(fact.Gross.Currency);
        return LedgerEntry.Of(
            fact.Reference,
            LatePaymentKind,
            merchant,
            transaction,
            fact.OccurredAt,
            Posting.Debit(ProviderClearing(fact.Provider), fact.Gross - fee),
            Posting.Debit(ProcessingFees, fee),
            Posting.Credit(RefundsPayable, fact.Gross));
    }

    private static LedgerEntry Issued(LedgerFact.RefundIssued fact, MerchantId merchant, TransactionId transaction) => LedgerEntry.Of(
        fact.Reference,
        "refund",
        merchant,
        transaction,
        fact.OccurredAt,
        GivenBack(fact.Amount, fact.Taxes, fact.OfPayable).Append(Posting.Credit(ProviderClearing(fact.Provider), fact.Amount)));

    /// <summary>The debit side of money that goes back: what is owed already, or sale and tax.</summary>
    private static IEnumerable<Posting> GivenBack(Money amount, IReadOnlyList<TaxShare> taxes, bool ofPayable) => ofPayable
        ? [Posting.Debit(RefundsPayable, amount)]
        : [Posting.Debit(LedgerAccount.Refunds, amount - Sum(taxes, amount)), .. taxes.Select(share => Posting.Debit(TaxPayable(share.Jurisdiction), share.Amount))];

    private static Money Sum(IReadOnlyList<TaxShare> taxes, Money of) => taxes.Aggregate(Money.Zero(of.Currency), (sum, share) => sum + share.Amount);
}
