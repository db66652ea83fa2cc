using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Customers;

/// <summary>
/// The one table of personal data, for the step that needs a name or an address just before it calls somebody. What is read here goes
/// into that call and nowhere else: into no history, no log and no other row.
/// </summary>
public interface ICustomerDirectory
{
    /// <summary>What is known of a customer, or null when nobody ever told.</summary>
    Task<KnownCustomer?> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken);
}

/// <summary>A customer's data.</summary>
/// <param name="Details">The data.</param>
/// <param name="ToldAt">When a checkout last told something new of them (UTC).</param>
public sealed record KnownCustomer(CustomerDetails Details, DateTimeOffset ToldAt)
{
    /// <summary>Without the person: records print themselves into logs.</summary>
    public override string ToString() => nameof(KnownCustomer);
}
