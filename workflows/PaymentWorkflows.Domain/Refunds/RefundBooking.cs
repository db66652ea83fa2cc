using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Domain.Refunds;

/// <summary>
/// Where a refund stands among those of its checkout, and so which part of it takes back sale and tax. What is booked as owed already is
/// paid first; the rest follows on what was taken back before, so that refunds in whatever pieces take back exactly the sale's tax.
/// </summary>
/// <param name="Amount">What is given back.</param>
/// <param name="OfSale">The part that takes back the sale; the rest pays what is owed.</param>
/// <param name="Taxes">The tax within that part, by jurisdiction.</param>
public sealed record RefundBooking(Money Amount, Money OfSale, IReadOnlyList<TaxShare> Taxes)
{
    /// <summary>The part that pays what is booked as owed to the customer.</summary>
    public Money OfPayable => Amount - OfSale;

    /// <param name="amount">What is given back.</param>
    /// <param name="owed">What is booked as owed of this checkout and not assigned to another refund.</param>
    /// <param name="booked">What earlier refunds took back of the sale.</param>
    /// <param name="whole">What the customer paid.</param>
    /// <param name="taxes">The tax of the whole.</param>
    public static RefundBooking Of(Money amount, Money owed, Money booked, Money whole, IReadOnlyList<TaxShare> taxes)
    {
        var sale = amount <= owed ? Money.Zero(amount.Currency) : amount - owed;
        var to = booked + sale;
        return new RefundBooking(amount, sale, TaxShare.Between(taxes, to > whole ? to : whole, booked, to));
    }

    /// <summary>What a fact about this refund changes in the books: one or two facts, for sale and for what is owed.</summary>
    public IReadOnlyList<LedgerFact> Facts(LedgerFact fact) => fact switch
    {
        LedgerFact.RefundIssued { OfPayable: false } issued => Split(
            issued.Reference,
            reference => new LedgerFact.RefundIssued(reference, issued.OccurredAt, issued.Provider, OfSale) { Taxes = Taxes },
            reference => new LedgerFact.RefundIssued(reference, issued.OccurredAt, issued.Provider, OfPayable) { OfPayable = true }),
        LedgerFact.RefundPaidOutside { OfPayable: false } outside => Split(
            outside.Reference,
            reference => new LedgerFact.RefundPaidOutside(reference, outside.OccurredAt, OfSale) { Taxes = Taxes, OfPayable = false },
            reference => new LedgerFact.RefundPaidOutside(reference, outside.OccurredAt, OfPayable)),
        _ => [fact],
    };

    private List<LedgerFact> Split(string reference, Func<string, LedgerFact> sale, Func<string, LedgerFact> payable)
    {
        var facts = new List<LedgerFact>(2);
        if (!OfSale.IsZero)
        {
            facts.Add(sale(reference));
        }

        if (!OfPayable.IsZero)
        {
            facts.Add(payable(OfSale.IsZero ? reference : $"{reference}:payable"));
        }

        return facts;
    }
}
