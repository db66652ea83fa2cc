using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Requests to the tax engine.</summary>
internal static class TaxOrders
{
    public static readonly TransactionId Transaction = Orders.Pay().TransactionId;

    public static CheckoutLine Goods(long amount, int quantity = 1, string? code = null) => new("thing", "A thing", quantity, amount, code);

    public static TaxRequest Of(CustomerId customer, TaxBehavior behavior = TaxBehavior.Exclusive, string currency = "eur", params CheckoutLine[] lines) => new()
    {
        CheckoutId = CheckoutId.Parse("chk_01k9zt3xq9e8m5r2s4v6w7y8za"),
        TransactionId = Transaction,
        Merchant = Orders.Merchant,
        Customer = customer,
        Currency = Currency.Parse(currency),
        Lines = lines is [] ? [Goods(1_000)] : lines,
        Behavior = behavior,
    };

    public static CommitTaxRequest Commit(string calculation, AttemptKey? key = null, DateTimeOffset? at = null) => new()
    {
        Key = key ?? Orders.NewKey("tax"),
        TransactionId = Transaction,
        Calculation = calculation,
        PostedAt = at ?? DateTimeOffset.UtcNow,
    };

    public static ReverseTaxRequest Reverse(string original, Money? amount, AttemptKey? key = null) => new()
    {
        Key = key ?? Orders.NewKey("tax").Undo(),
        TransactionId = Transaction,
        Original = original,
        Amount = amount,
    };
}
