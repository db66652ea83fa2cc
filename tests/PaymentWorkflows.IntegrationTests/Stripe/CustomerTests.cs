using System.Text.Json.Nodes;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>One customer at the provider for each of ours, however often and however badly it is asked for.</summary>
public sealed class CustomerTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncDisposable
{
    private const string Path = "/v1/customers";

    /// <summary>Gives up what hangs, and not before the sandbox has read it: what was not read is not committed.</summary>
    private readonly StripeAdapter impatient = StripeAdapter.For(sandbox.Process, TimeSpan.FromSeconds(2));

    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A fault that a failing test left must not reach the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        impatient.Dispose();
        adapter.Dispose();
        await sandbox.Control.ClearFaultsAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_customer_is_made_once_and_found_again_under_any_key()
    {
        var order = Orders.Customer();
        (await adapter.Customers.FindAsync(order.Merchant, order.Customer, Cancel)).ShouldBeOfType<CustomerVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.Absent);
        var key = Orders.NewKey("customer").Value;
        var made = await EnsureAsync(order, key);
        (await EnsureAsync(order)).ShouldBe(made);
        (await EnsureAsync(order with { Email = "new@example.com" }, key)).ShouldBe(made);
        (await adapter.Customers.FindAsync(order.Merchant, order.Customer, Cancel)).ShouldBe(new CustomerVerdict.Ready(made));
        var customer = (await TruthAsync(order)).ShouldHaveSingleItem();
        ((string?)customer["id"], (string?)customer["email"], (string?)customer["name"]).ShouldBe((made, "ann@example.com", "Ann Example"));
    }

    [Fact]
    public async Task The_same_customer_id_of_another_merchant_and_an_id_in_other_case_are_other_customers()
    {
        var order = Orders.Customer();
        var mine = await EnsureAsync(order);
        var theirs = await EnsureAsync(order with { Merchant = MerchantId.Parse("other") });
        var upper = await EnsureAsync(order with { Customer = CustomerId.Parse(order.Customer.Value.ToUpperInvariant()) });
        new[] { mine, theirs, upper }.Distinct().Count().ShouldBe(3);
        (await EnsureAsync(order)).ShouldBe(mine);
    }

    [Fact]
    public async Task Nothing_personal_is_needed_and_nothing_personal_is_printed()
    {
        var order = Orders.Customer(email: null, name: null);
        await EnsureAsync(order);
        var customer = (await TruthAsync(order)).Single();
        (customer["email"], customer["name"]).ShouldBe((null, null));
        $"{Orders.Customer()}".ShouldNotContain("nn");
    }

    [Fact]
    public async Task While_the_index_lags_the_key_gives_the_same_customer()
    {
        var order = Orders.Customer();
        var key = Orders.NewKey("customer").Value;
        await sandbox.Control.AddFaultAsync(new { kind = "search_lag", delay_ms = 60_000, times = 0, match = new { method = "GET", path = $"{Path}/search" } }, Cancel);
        var made = await EnsureAsync(order, key);
        (await EnsureAsync(order, key)).ShouldBe(made);
        (await TruthAsync(order)).Count.ShouldBe(1);

        // The customer changed the address meanwhile: the key stands for the old one, so the outcome is open until the index has caught up.
        var changed = order with { Email = "new@example.com" };
        (await adapter.Customers.EnsureAsync(changed, key, Cancel)).ShouldBeOfType<CustomerVerdict.Unknown>().Cause.ShouldBe(UnknownCause.ServerError);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromSeconds(61), Cancel);
        (await EnsureAsync(changed, key)).ShouldBe(made);
    }

    [Theory]
    [InlineData("commit_then_hang", UnknownCause.Timeout)]
    [InlineData("commit_then_reset", UnknownCause.ConnectionLost)]
    [InlineData("unavailable", UnknownCause.Unavailable)]
    [InlineData("stored_500", UnknownCause.ServerError)]
    public async Task An_answer_that_never_came_is_unknown_and_asking_again_makes_no_second_customer(string kind, UnknownCause cause)
    {
        var order = Orders.Customer();
        var key = Orders.NewKey("customer").Value;
        await sandbox.Control.AddFaultAsync(new { kind, committed = true, match = new { method = "POST", path = Path } }, Cancel);
        (await (cause == UnknownCause.Timeout ? impatient : adapter).Customers.EnsureAsync(order, key, Cancel)).ShouldBeOfType<CustomerVerdict.Unknown>().Cause.ShouldBe(cause);
        await EnsureAsync(order, key);
        (await TruthAsync(order)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_search_that_fails_makes_no_customer()
    {
        var order = Orders.Customer();
        await sandbox.Control.AddFaultAsync(new { kind = "unavailable", match = new { method = "GET", path = $"{Path}/search" } }, Cancel);
        (await adapter.Customers.EnsureAsync(order, Orders.NewKey().Value, Cancel)).ShouldBeOfType<CustomerVerdict.Unknown>().Cause.ShouldBe(UnknownCause.Unavailable);
        await sandbox.Control.AddFaultAsync(new { kind = "rate_limited", match = new { method = "GET", path = $"{Path}/search" } }, Cancel);
        await Should.ThrowAsync<ProviderBusyException>(() => adapter.Customers.EnsureAsync(order, Orders.NewKey().Value, Cancel));
        (await TruthAsync(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_customers_of_one_name_are_nothing_to_choose_from()
    {
        var order = Orders.Customer();
        for (var index = 0; index < 2; index++)
        {
            await sandbox.Raw.PostAsync(Path, $"metadata[merchant]={order.Merchant}&metadata[customer]={order.Customer}");
        }

        (await adapter.Customers.EnsureAsync(order, Orders.NewKey().Value, Cancel)).ShouldBeOfType<CustomerVerdict.Unknown>().Message.ShouldContain("merge");
    }

    [Fact]
    public async Task A_deleted_customer_is_made_anew()
    {
        var order = Orders.Customer();
        var gone = await EnsureAsync(order);
        await sandbox.Raw.DeleteAsync($"{Path}/{gone}");
        (await EnsureAsync(order)).ShouldNotBe(gone);
    }

    private async Task<string> EnsureAsync(CustomerOrder order, string? key = null) =>
        (await adapter.Customers.EnsureAsync(order, key ?? Orders.NewKey("customer").Value, Cancel)).ShouldBeOfType<CustomerVerdict.Ready>().ProviderCustomerId;

    private async Task<IReadOnlyList<JsonNode>> TruthAsync(CustomerOrder order) =>
        [.. (await sandbox.Control.TruthAsync(Cancel))["customers"]!.AsArray().Where(item => (string?)item!["metadata"]?["customer"] == order.Customer.Value).Select(item => item!)];
}
