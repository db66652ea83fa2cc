using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Postgres.Refunds;

/// <summary>What a refund's step forward changes: its own row, and by how much its checkout's sums.</summary>
internal sealed record RefundStepForward
{
    /// <summary>The view to be written, with what the books say.</summary>
    public required RefundView View { get; init; }

    public required IReadOnlyList<LedgerFact> Facts { get; init; }

    /// <summary>Whether its amount counts against the checkout from now on.</summary>
    public required bool Reserved { get; init; }

    public required long? BookedOfSale { get; init; }
    public required long RefundedBy { get; init; }
    public required long ReservedBy { get; init; }
    public required long BookedBy { get; init; }
    public required long PayableBy { get; init; }

    /// <summary>From what the rows say to what the view says; the view alone decides, so that a step written again changes nothing more.</summary>
    public static RefundStepForward Of(RefundRecord record, RefundPart before, RefundSums sums, CheckoutView checkout)
    {
        var view = record.View;
        var amount = new Money(before.amount, Currency.Parse(before.currency));
        var counted = before.status == HoldRules.Name(RefundStatus.Succeeded);
        var counts = view.Status == RefundStatus.Succeeded;
        var reserved = !view.Status.CameToNothing() || view.KeepsAmount;
        var booksNow = before.booked_of_sale is null && record.Facts.Any(fact => fact is LedgerFact.RefundIssued or LedgerFact.RefundPaidOutside);
        var booking = RefundTaxes.Booking(checkout, amount, sums, before.of_payable);
        if (booksNow)
        {
            view = view with { AmountOfSale = booking.OfSale.Minor, AmountTax = booking.Taxes.Sum(share => share.Amount.Minor), Taxes = booking.Taxes };
        }

        // What came back and is given up is owed without a refund that pays it: the next one will.
        var leavesDebt = before.reserved && !reserved && view.Owed;
        var paysDebt = booksNow ? Math.Min(booking.OfPayable.Minor, sums.refund_payable) : 0;
        return new RefundStepForward
        {
            View = view,
            Facts = booksNow ? [.. record.Facts.SelectMany(booking.Facts)] : record.Facts,
            Reserved = reserved,
            BookedOfSale = booksNow ? booking.OfSale.Minor : before.booked_of_sale,
            RefundedBy = Change(counted, counts) * amount.Minor,
            ReservedBy = Change(before.reserved, reserved) * amount.Minor,
            BookedBy = booksNow ? booking.OfSale.Minor : 0,
            PayableBy = (leavesDebt ? amount.Minor : 0) - paysDebt,
        };
    }

    private static int Change(bool before, bool after) => (before, after) switch
    {
        (false, true) => 1,
        (true, false) => -1,
        _ => 0,
    };
}
