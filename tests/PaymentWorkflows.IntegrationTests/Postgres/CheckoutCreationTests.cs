using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>An order is paid once: whoever asks for it meets the attempt that is there.</summary>
public sealed class CheckoutCreationTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private ICheckoutStore Store => Stores.Checkouts;

    [Fact]
    public async Task A_checkout_is_found_as_it_was_written()
    {
        var written = await Store.WrittenAsync();

        var found = (await Store.FindAsync(written.Id, Cancelled)).ShouldNotBeNull();

        found.ShouldReadLike(written);
        found.Attempt.ShouldBe(1);
        found.View.Status.ShouldBe(CheckoutStatus.Processing);
        (await Store.FindAsync(Given.Checkout().Input.CheckoutId!.Value, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Fifty_callers_who_create_one_order_at_once_get_one_row()
    {
        ICheckoutStore[] processes = [Store, Database.Open().Checkouts];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(caller => processes[caller % 2].CreateAsync(Given.Checkout(), claim: null, Cancelled)));

        var created = outcomes.OfType<CreateCheckoutOutcome.Created>().ShouldHaveSingleItem().Checkout;
        outcomes.OfType<CreateCheckoutOutcome.Existing>().Select(existing => existing.Checkout.Id).ShouldBe(Enumerable.Repeat(created.Id, 49));
        (await Database.CountAsync("checkouts")).ShouldBe(1);
    }

    [Fact]
    public async Task Many_orders_created_at_once_by_many_callers_get_a_row_each()
    {
        ICheckoutStore[] processes = [Store, Database.Open().Checkouts];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(caller =>
            processes[caller % 2].CreateAsync(Given.Checkout(caller % 3 == 0 ? "acme" : "globex", $"order-{caller % 10}"), claim: null, Cancelled)));

        outcomes.OfType<CreateCheckoutOutcome.Created>().Count().ShouldBe(20);
        outcomes.OfType<CreateCheckoutOutcome.Existing>().Count().ShouldBe(40);
        (await Database.CountAsync("checkouts")).ShouldBe(20);
    }

    [Theory]
    [InlineData(CheckoutStatus.Processing)]
    [InlineData(CheckoutStatus.Completed)]
    public async Task The_same_order_with_other_content_is_told_apart(CheckoutStatus status)
    {
        var written = await Store.WrittenAsync();
        await Store.WriteAsync(written.Step(status, 1));

        var outcome = await Store.CreateAsync(Given.Checkout(price: 999), claim: null, Cancelled);

        outcome.ShouldBeOfType<CreateCheckoutOutcome.OtherContent>().Checkout.Id.ShouldBe(written.Id);
        (await Database.CountAsync("checkouts")).ShouldBe(1);
    }

    public static TheoryData<CheckoutStatus> Statuses => [.. Enum.GetValues<CheckoutStatus>()];

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_new_attempt_is_made_exactly_after_one_that_ended_without_payment(CheckoutStatus status)
    {
        var first = await Store.WrittenAsync();
        await Store.WriteAsync(first.Step(status, 1));

        var outcome = await Store.CreateAsync(Given.Checkout(price: status.AllowsNewAttempt() ? 500 : 1000), claim: null, Cancelled);

        if (status is CheckoutStatus.Declined or CheckoutStatus.Expired or CheckoutStatus.Canceled)
        {
            var second = outcome.ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;
            second.Attempt.ShouldBe(2);
            second.Id.ShouldNotBe(first.Id);
        }
        else
        {
            outcome.ShouldBeOfType<CreateCheckoutOutcome.Existing>().Checkout.Id.ShouldBe(first.Id);
        }
    }

    [Fact]
    public async Task After_a_decline_fifty_callers_at_once_make_one_second_attempt()
    {
        await Store.WriteAsync((await Store.WrittenAsync()).Step(CheckoutStatus.Declined, 1));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Store.CreateAsync(Given.Checkout(), claim: null, Cancelled)));

        outcomes.OfType<CreateCheckoutOutcome.Created>().ShouldHaveSingleItem().Checkout.Attempt.ShouldBe(2);
        (await Database.QueryAsync<int>($"SELECT attempt FROM pay.checkouts ORDER BY 1")).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_checkout_whose_key_is_refused_is_not_written()
    {
        await Stores.Keys.ClaimAsync(Claim("gateway-a"), Noon, Cancelled);

        var outcome = await Store.CreateAsync(Given.Checkout(), Claim("gateway-b"), Cancelled);

        outcome.ShouldBeOfType<CreateCheckoutOutcome.KeyRefused>().Outcome.ShouldBeOfType<KeyOutcome.InFlight>();
        (await Database.CountAsync("checkouts")).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_whose_owner_died_leads_to_the_checkout_that_it_had_written()
    {
        var written = (await Store.CreateAsync(Given.Checkout(), Claim("gateway-a"), Cancelled)).ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;
        await Store.WriteAsync(written.Step(CheckoutStatus.Declined, 1));

        // The order may be tried anew by now, but this key stands for the attempt it made.
        var later = await Store.CreateAsync(Given.Checkout(at: Noon + Lease), Claim("gateway-b"), Cancelled);

        later.ShouldBeOfType<CreateCheckoutOutcome.Existing>().Checkout.Id.ShouldBe(written.Id);
        (await Database.CountAsync("checkouts")).ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_callers_with_one_key_write_one_checkout_and_the_others_wait_for_its_owner()
    {
        ICheckoutStore[] gateways = [Store, Database.Open().Checkouts];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(caller => gateways[caller % 2].CreateAsync(Given.Checkout(), Claim($"gateway-{caller}"), Cancelled)));

        outcomes.OfType<CreateCheckoutOutcome.Created>().ShouldHaveSingleItem();
        outcomes.OfType<CreateCheckoutOutcome.KeyRefused>().Count(refused => refused.Outcome is KeyOutcome.InFlight).ShouldBe(49);
    }

    [Fact]
    public async Task The_customer_s_data_is_what_came_last_and_stays_when_none_comes()
    {
        await Store.WrittenAsync(Given.Checkout(order: "order-1", customer: new CustomerDetails("old@example.org", "Old", "DE", "1")));
        await Store.WrittenAsync(Given.Checkout(order: "order-2", customer: new CustomerDetails("new@example.org", null, "AT", "2")));
        await Store.WrittenAsync(Given.Checkout(order: "order-3"));

        (await Database.QueryAsync<string>($"SELECT concat_ws(' ', merchant, id, email, name, country, postal_code) FROM pay.customers")).ShouldBe(["acme cus-7 new@example.org Old AT 2"]);
    }

    [Fact]
    public async Task Personal_data_is_in_the_customers_table_and_nowhere_else()
    {
        string[] personal = ["ada.lovelace@example.org", "Ada Lovelace", "SW1Y 4JH"];
        var customer = new CustomerDetails(personal[0], personal[1], "GB", personal[2]);
        var checkout = (await Store.CreateAsync(Given.Checkout(customer: customer), Claim("gateway-a"), Cancelled)).ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;
        await Store.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1, "checkout.completed", held: true), checkout.Capture("capture/1", 1000));
        await Store.AuditAsync(
            new AuditLine { WorkflowId = checkout.WorkflowId, TransactionId = checkout.TransactionId, Event = "hold.opened", Reference = "1" }, Noon, Cancelled);

        var tables = await Database.QueryAsync<string>(
            $"SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        var found = new List<string>();
        foreach (var table in tables)
        {
            var rows = await Sql.QueryAsync<string>(Database.Owner, $"SELECT t::text FROM {table} t");
            found.AddRange(rows.SelectMany(row => personal.Where(row.Contains)).Select(_ => table));
        }

        found.ShouldBe(Enumerable.Repeat("pay.customers", personal.Length));
        tables.Count.ShouldBeGreaterThan(9);
    }

    private static IdempotencyClaim Claim(string owner) => new("merchant-key", "k1", "hash", owner, Lease);
}
