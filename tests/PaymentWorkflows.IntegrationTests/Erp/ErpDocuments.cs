using System.Security.Cryptography;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.IntegrationTests.Erp;

/// <summary>Documents that say only what matters to a test.</summary>
internal static class ErpDocuments
{
    /// <summary>An invoice over two books, each time another number.</summary>
    public static ErpDocument Invoice()
    {
        var checkout = "chk_" + RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 12);
        return new ErpDocument
        {
            Number = $"{checkout}:invoice",
            Kind = ErpDocumentKind.Invoice,
            Merchant = MerchantId.Parse("acme"),
            Order = OrderId.Parse("ord_1001"),
            Customer = CustomerId.Parse("cus_42"),
            CheckoutId = CheckoutId.Parse(checkout),
            TransactionId = TransactionId.Parse("txn_42"),
            Amount = new Money(4758, Currency.Parse("eur")),
            Taxes = [new TaxShare("DE", new Money(760, Currency.Parse("eur")))],
            Lines = [new CheckoutLine("book", "A book", 2, 1999, "txcd_10000000")],
            Date = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero),
        };
    }
}
