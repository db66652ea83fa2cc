using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Customers;
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
    public async Task What_is_told_again_unchanged_or_in_part_leaves_the_moment_as_it_was()
    {
        var ann = new CustomerDetails("ann@example.org", "Ann", null, null);
        await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-1", customer: ann));
        await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-2", customer: ann, at: Noon.AddHours(1)));
        await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-3", customer: ann with { Name = null }, at: Noon.AddHours(2)));
        (await FoundAsync()).ToldAt.ShouldBe(Noon);

        await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-4", customer: ann with { Country = "DE" }, at: Noon.AddHours(3)));
        (await FoundAsync()).ShouldBe(new KnownCustomer(ann with { Country = "DE" }, Noon.AddHours(3)));
    }

    private async Task<KnownCustomer> FoundAsync() => (await Stores.Customers.FindAsync(MerchantId.Parse("acme"), Customer, Cancelled)).ShouldNotBeNull();

    [Fact]
    public async Task Another_merchants_customer_of_the_same_name_is_another_person()
    {
        await Stores.Checkouts.WrittenAsync(Given.Checkout(merchant: "other", customer: new CustomerDetails("ann@example.org", "Ann", "BR", null)));
        (await Stores.Customers.FindAsync(MerchantId.Parse("acme"), Customer, Cancelled)).ShouldBeNull();
    }
}
