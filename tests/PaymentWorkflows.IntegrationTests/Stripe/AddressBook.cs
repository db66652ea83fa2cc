using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Customers with addresses.</summary>
internal sealed class AddressBook : ICustomerDirectory
{
    private readonly Dictionary<CustomerId, CustomerDetails> known = [];

    /// <summary>A new customer who lives there.</summary>
    public CustomerId Add(string? country, string? postalCode = null, string? taxId = null)
    {
        var id = CustomerId.Parse($"c-{Guid.NewGuid():N}");
        known[id] = new CustomerDetails("ann@example.com", "Ann Example", country, postalCode) { TaxId = taxId };
        return id;
    }

    public Task<KnownCustomer?> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken) =>
        Task.FromResult(known.TryGetValue(customer, out var details) ? new KnownCustomer(details, DateTimeOffset.UnixEpoch) : null);
}
