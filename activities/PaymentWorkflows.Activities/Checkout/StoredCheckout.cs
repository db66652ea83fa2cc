using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>A checkout's row: what it began with and where it stands.</summary>
public sealed record StoredCheckout
{
    public required CheckoutId Id { get; init; }
    public required TransactionId TransactionId { get; init; }

    /// <summary>Number of the business attempt at the order, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>SHA-256 over the content that names the purchase; the same order with other content is refused.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The workflow's input, ids, placement and policies filled in.</summary>
    public required CheckoutInput Input { get; init; }

    public required CheckoutView View { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The trace it was accepted in (W3C <c>traceparent</c>): whatever happens to it later goes on in it. Null outside of a trace.</summary>
    public string? TraceParent { get; init; }

    public string WorkflowId => WorkflowIds.Checkout(Input.Merchant, Input.Order);
}

/// <summary>A checkout to be written.</summary>
/// <param name="Input">The workflow's input with ids, placement and policies filled in.</param>
/// <param name="Amount">What the customer pays, in minor units.</param>
/// <param name="ContentHash">See <see cref="StoredCheckout.ContentHash"/>.</param>
/// <param name="Customer">The person's data; null leaves what is stored.</param>
/// <param name="Now">The time of writing (UTC).</param>
public sealed record NewCheckout(CheckoutInput Input, long Amount, string ContentHash, CustomerDetails? Customer, DateTimeOffset Now);

/// <summary>Personal data: lives in one table only and is read by the activity that needs it. What is null leaves what is stored.</summary>
public sealed record CustomerDetails(string? Email, string? Name, string? Country, string? PostalCode)
{
    /// <summary>The number that the customer's state knows the customer by, for methods and invoices that need it.</summary>
    public string? TaxId { get; init; }

    /// <summary>The value of a field of a checkout request (<see cref="RequestFields"/>); null when it is not known.</summary>
    public string? Field(string path) => path switch
    {
        RequestFields.CustomerEmail => Email,
        RequestFields.CustomerName => Name,
        RequestFields.CustomerTaxId => TaxId,
        RequestFields.CustomerCountry => Country,
        RequestFields.CustomerPostalCode => PostalCode,
        _ => null,
    };

    /// <summary>Without the person: records print themselves into logs.</summary>
    public override string ToString() => nameof(CustomerDetails);
}

/// <summary>What a list of checkouts is asked for; <see cref="StartingAfter"/> and <see cref="EndingBefore"/> exclude each other.</summary>
public sealed record CheckoutQuery
{
    public MerchantId? Merchant { get; init; }
    public OrderId? Order { get; init; }
    public CheckoutStatus? Status { get; init; }

    /// <summary>Only held ones, or only those not held.</summary>
    public bool? Held { get; init; }

    public CheckoutId? StartingAfter { get; init; }
    public CheckoutId? EndingBefore { get; init; }

    /// <summary>1 to 100.</summary>
    public int Limit { get; init; } = 10;
}

/// <summary>A page, newest first.</summary>
public sealed record CheckoutPage(IReadOnlyList<StoredCheckout> Data, bool HasMore);
