using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

public sealed class CustomerDirectoryTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly CustomerId Customer = CustomerId.Parse("cus-7");

    [Fact]
    public async Task A_customer_is_found_with_everything_that_checkouts_told_and_the_last_time_they_did()
    {
        await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-1", customer: new CustomerDetails("ann@example.org", "Ann", "BR", null) { TaxId = "529.982.247-25" }));
        await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-2", customer: new CustomerDetails("ann@example.com", null, null, "01310-100"), at: Noon.AddHours(1)));
        var found = (await Stores.Customers.FindAsync(MerchantId.Parse("acme"), Customer, Cancelled)).ShouldNotBeNull();
        found.Details.ShouldBe(new CustomerDetails("ann@example.com", "Ann", "BR", "01310-100") { TaxId = "529.982.247-25" });
        found.ToldAt.ShouldBe(Noon.AddHours(1));
    }

    [Fact]
    public async Task Another_merchants_customer_of_the_same_name_is_another_person()
    {
        await Stores.Checkouts.WrittenAsync(Given.Checkout(merchant: "other", customer: new CustomerDetails("ann@example.org", "Ann", "BR", null)));
        (await Stores.Customers.FindAsync(MerchantId.Parse("acme"), Customer, Cancelled)).ShouldBeNull();
    }
}
