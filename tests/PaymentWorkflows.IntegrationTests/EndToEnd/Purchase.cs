using System.Security.Cryptography;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Purchases that say only what matters to a test.</summary>
internal static class Purchase
{
    /// <summary>What two books cost, in cents.</summary>
    public const long Amount = 3998;

    /// <summary>Patient enough for anything that is not about deadlines, and without documents, which few tests are about.</summary>
    public static CheckoutPolicies Patient { get; } = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromDays(6), TimeSpan.FromMinutes(5)) { Erp = false };

    /// <summary>Two books for a customer of acme, each time another order.</summary>
    public static CheckoutInput With(
        string token = "pm_card_visa", CaptureMode capture = CaptureMode.Automatic, Placement placement = Placement.Lean, CheckoutPolicies? policies = null) => new()
        {
            Merchant = MerchantId.Parse("acme"),
            Order = OrderId.Parse("e2e-" + RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 12)),
            Customer = CustomerId.Parse("cus_42"),
            Currency = Currency.Parse("eur"),
            Lines = [new CheckoutLine("book", "A book", 2, Amount / 2, null)],
            PaymentMethod = new PaymentMethodInput("card", token),
            Capture = capture,
            ReturnUrl = "https://shop.example/back",
            Metadata = new Dictionary<string, string> { ["cart"] = "7" },
            Placement = placement,
            Policies = policies ?? Patient,
        };
}
