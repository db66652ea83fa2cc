using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Temporalio.Client;

namespace PaymentWorkflows.Shop;

/// <summary>The way of a .NET backend: it starts the workflow itself and gets its answer in one call.</summary>
public sealed class OverTemporal(ShopOptions options)
{
    private readonly Lazy<TemporalClient> client = new(() =>
        TemporalClient.CreateLazy(new TemporalClientConnectOptions(options.Temporal) { DataConverter = PaymentWorkflowsJson.DataConverter }));

    /// <summary>Pays an order; a repeat finds the first answer.</summary>
    public Task<CheckoutAnswer> CheckoutAsync(Order order, string returnUrl, CancellationToken cancellationToken) => client.Value.CheckoutAsync(
        new CheckoutInput
        {
            Merchant = MerchantId.Parse(options.Merchant),
            Order = OrderId.Parse(order.Id),
            Customer = CustomerId.Parse(order.Offer.Buyer.Id),
            Currency = Currency.Parse(order.Offer.Currency),
            Region = order.Offer.Country,
            Lines = [new CheckoutLine(Catalogue.Sku, Catalogue.Title, 1, order.Offer.UnitAmount, null)],
            PaymentMethod = new PaymentMethodInput(order.Method, order.Token, order.Code),
            ReturnUrl = returnUrl,
        },
        cancellationToken);
}
