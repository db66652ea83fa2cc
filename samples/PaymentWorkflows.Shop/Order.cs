using System.Collections.Concurrent;

namespace PaymentWorkflows.Shop;

/// <summary>An order and what the shop knows of its payment.</summary>
public sealed record Order
{
    public required string Id { get; init; }
    public required Offer Offer { get; init; }

    /// <summary>The payment method's name.</summary>
    public required string Method { get; init; }

    /// <summary>The card's token; null for other methods.</summary>
    public string? Token { get; init; }

    /// <summary>The code that the customer typed; null where the method wants none.</summary>
    public string? Code { get; init; }

    /// <summary>How the shop speaks to the platform: <c>http</c> or <c>workflow</c>.</summary>
    public required string Way { get; init; }

    public string? CheckoutId { get; init; }
    public string? TransactionId { get; init; }
    public string Status { get; init; } = "new";
    public long Amount { get; init; }
    public long Refunded { get; init; }

    /// <summary>Why the payment was refused, for the customer.</summary>
    public string? Decline { get; init; }

    public CustomerStep? Step { get; init; }
}

/// <summary>What the customer must do.</summary>
/// <param name="Type"><c>redirect</c>, <c>three_d_secure</c>, <c>qr_code</c>, <c>voucher</c> or <c>app_approval</c>.</param>
/// <param name="Url">A page to go to.</param>
/// <param name="Data">A code to show.</param>
public sealed record CustomerStep(string Type, string? Url, string? Data);

/// <summary>The shop's orders, in memory: it is a sample, and the platform is what remembers payments.</summary>
public sealed class Orders
{
    private readonly ConcurrentDictionary<string, Order> orders = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> newest = [];

    public void Add(Order order)
    {
        orders[order.Id] = order;
        newest.Enqueue(order.Id);
    }

    public Order? Find(string id) => orders.GetValueOrDefault(id);

    public Order? ByCheckout(string checkout) => orders.Values.FirstOrDefault(order => order.CheckoutId == checkout);

    /// <summary>Changes an order as it is at that moment.</summary>
    public Order Change(string id, Func<Order, Order> change) => orders.AddOrUpdate(id, _ => throw new KeyNotFoundException(id), (_, order) => change(order));

    public IEnumerable<Order> Newest(int count) => newest.Reverse().Take(count).Select(id => orders[id]);
}
