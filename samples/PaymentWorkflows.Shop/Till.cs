using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts.Checkout;

namespace PaymentWorkflows.Shop;

/// <summary>Takes payments either way and keeps the orders up to date.</summary>
public sealed class Till(Orders orders, OverHttp overHttp, OverTemporal overTemporal)
{
    public const string Workflow = "workflow";

    public async Task<Order> PayAsync(Order order, string returnUrl, CancellationToken cancellationToken)
    {
        orders.Add(order);
        return order.Way == Workflow
            ? Told(order.Id, await overTemporal.CheckoutAsync(order, returnUrl, cancellationToken))
            : Told(order.Id, await overHttp.CheckoutAsync(order, returnUrl, cancellationToken));
    }

    /// <summary>Reads the order's checkout again: after the customer came back, and while somebody looks.</summary>
    public async Task<Order> LookAsync(Order order, CancellationToken cancellationToken) =>
        order.CheckoutId is { } checkout ? Told(order.Id, await overHttp.ReadAsync(checkout, cancellationToken)) : order;

    public async Task<Order> RefundAsync(Order order, CancellationToken cancellationToken)
    {
        await overHttp.RefundAsync(order, cancellationToken);
        return await LookAsync(order, cancellationToken);
    }

    /// <summary>Takes a checkout as the API or a notice shows it.</summary>
    public Order Told(string orderId, JsonNode checkout) => orders.Change(orderId, order => order with
    {
        CheckoutId = (string?)checkout["id"],
        TransactionId = (string?)checkout["transaction_id"],
        Status = (string)checkout["status"]!,
        Amount = (long)checkout["amount"]!,
        Refunded = (long)checkout["amount_refunded"]!,
        Decline = (string?)checkout["decline"]?["message"],
        Step = checkout["next_action"] is { } step ? new CustomerStep((string)step["type"]!, (string?)step["url"], (string?)step["data"]) : null,
    });

    private Order Told(string orderId, CheckoutAnswer answer) => orders.Change(orderId, order => order with
    {
        CheckoutId = answer.CheckoutId.Value,
        TransactionId = answer.TransactionId.Value,
        Status = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(answer.View.Status.ToString()),
        Amount = answer.View.Amount,
        Refunded = answer.View.AmountRefunded,
        Decline = answer.View.Decline?.Message,
        Step = answer.View.NextAction is { } step ? new CustomerStep(step.Type, step.Url, step.Data) : null,
    });
}
