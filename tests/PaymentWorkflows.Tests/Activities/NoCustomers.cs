using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>A directory that knows nobody.</summary>
internal sealed class NoCustomers : ICustomerDirectory
{
    public Task<KnownCustomer?> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken) => Task.FromResult<KnownCustomer?>(null);
}
