using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Postgres.Refunds;

/// <summary>Where a refund stands among those of its checkout.</summary>
internal static class RefundTaxes
{
    /// <param name="checkout">What was sold, and its tax.</param>
    /// <param name="amount">What is given back.</param>
    /// <param name="sums">What the checkout's row says of its refunds.</param>
    /// <param name="ofPayable">Whether all of it pays what is owed already.</param>
    public static RefundBooking Booking(CheckoutView checkout, Money amount, RefundSums sums, bool ofPayable)
    {
        // A payment that the provider took in another currency than was asked for is no sale that the tax was computed on.
        TaxShare[] taxes = [.. (checkout.Tax?.Shares ?? []).Where(share => share.Amount.Currency == amount.Currency)];
        Money In(long minor) => new(minor, amount.Currency);
        return RefundBooking.Of(amount, ofPayable ? amount : In(sums.refund_payable), In(sums.refund_booked), In(checkout.Amount), taxes);
    }
}
