using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// The customers that a provider keeps for us, one for each customer of each merchant. E-mail and name go towards the provider only: no
/// answer carries them. Source: docs.stripe.com/api/customers.
/// </summary>
/// <exception cref="ProviderBusyException">The provider did nothing and says when to try again; thrown by every member.</exception>
public interface IProviderCustomers
{
    /// <summary>
    /// Looks for the customer by our ids in the provider's metadata and makes it when there is none. What a lagging index does not show yet
    /// is answered from the key: the same order under the same key gives the same customer.
    /// </summary>
    Task<CustomerVerdict> EnsureAsync(CustomerOrder order, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Looks only; <see cref="RefusalCause.Absent"/> when there is none that the provider's index knows.</summary>
    Task<CustomerVerdict> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken);
}

/// <summary>A customer that a provider is to have.</summary>
/// <param name="Merchant">Whose customer it is.</param>
/// <param name="Customer">The merchant's own name for the customer; with the merchant it is what the customer is found by.</param>
/// <param name="Email">For the provider's receipts; null sends none.</param>
/// <param name="Name">For the provider's invoices; null sends none.</param>
public sealed record CustomerOrder(MerchantId Merchant, CustomerId Customer, string? Email, string? Name)
{
    /// <summary>Without the person: records print themselves into logs.</summary>
    public override string ToString() => $"{nameof(CustomerOrder)} {{ {Merchant}, {Customer} }}";
}
