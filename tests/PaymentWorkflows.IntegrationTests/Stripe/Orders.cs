using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Requests to the adapter; each has a key of its own.</summary>
internal static class Orders
{
    public static readonly MerchantId Merchant = MerchantId.Parse("acme");

    public static Money Eur(long minor) => new(minor, Currency.Parse("eur"));

    public static AttemptKey NewKey(string step = "authorize") => AttemptKey.Of($"checkout/acme/{Guid.NewGuid():N}", step, 1);

    public static AuthorizeRequest Pay(string token = "pm_card_visa", bool atOnce = true, Money? amount = null, string type = "card")
    {
        var key = NewKey();
        return new AuthorizeRequest
        {
            Key = key,
            TransactionId = TransactionId.Parse("txn_01k9zt3xq9e8m5r2s4v6w7y8za"),
            WorkflowId = key.Value.Split(':')[0],
            CheckoutId = CheckoutId.Parse("chk_01k9zt3xq9e8m5r2s4v6w7y8za"),
            Merchant = Merchant,
            Order = OrderId.Parse("881"),
            Amount = amount ?? Eur(12_050),
            PaymentMethodType = type,
            PaymentMethodToken = token,
            CaptureAtOnce = atOnce,
        };
    }

    public static CaptureRequest Capture(string paymentId, Money amount) => new()
    {
        Key = NewKey("capture"),
        TransactionId = Pay().TransactionId,
        WorkflowId = "checkout/acme/881",
        PaymentId = paymentId,
        Amount = amount,
    };

    public static RefundOrder Refund(string paymentId, Money amount) =>
        new(paymentId, amount, NewKey("undo"), Pay().TransactionId, "checkout/acme/881");

    public static CustomerOrder Customer(string? email = "ann@example.com", string? name = "Ann Example") =>
        new(Merchant, CustomerId.Parse($"c-{Guid.NewGuid():N}"), email, name);

    public static SetupOrder Setup(string providerCustomerId, string token = "pm_card_visa", string? returnUrl = null) => new()
    {
        Key = NewKey("setup"),
        TransactionId = Pay().TransactionId,
        WorkflowId = "subscription/881",
        Merchant = Merchant,
        ProviderCustomerId = providerCustomerId,
        PaymentMethodType = "card",
        PaymentMethodToken = token,
        ReturnUrl = returnUrl,
    };

    public static Task<MoneyVerdict> SendAsync(this IPaymentProvider provider, AuthorizeRequest request, CancellationToken cancellationToken, KnownCustomer? payer = null) =>
        provider.AuthorizeAsync(request, payer, request.Key.Value, cancellationToken);

    public static Task<MoneyVerdict> SendAsync(this IPaymentProvider provider, CaptureRequest request, CancellationToken cancellationToken) =>
        provider.CaptureAsync(request, request.Key.Value, cancellationToken);

    public static Task<MoneyVerdict> SendAsync(this IPaymentProvider provider, RefundOrder order, CancellationToken cancellationToken) =>
        provider.RefundAsync(order, order.Key.Value, cancellationToken);
}
