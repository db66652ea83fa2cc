using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>Who waits in one process hears of what another wrote.</summary>
public sealed class OutcomeListenerTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_step_that_one_process_writes_wakes_who_waits_in_another()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var gateway = Database.Open();
        var listener = await gateway.ListenAsync();
        await UntilListeningAsync(1);

        var waiting = WaitAsync(gateway, checkout);
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1));

        (await waiting).ShouldNotBeNull().Revision.ShouldBe(1);
        await listener.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Each_of_many_that_wait_is_woken_by_its_own_checkout()
    {
        var checkouts = await Stores.Checkouts.WrittenAsync(20);
        Stores[] gateways = [Database.Open(), Database.Open()];
        foreach (var gateway in gateways)
        {
            await gateway.ListenAsync();
        }

        await UntilListeningAsync(2);

        var waiting = checkouts.SelectMany(checkout => gateways.Select(gateway => WaitAsync(gateway, checkout))).ToArray();
        await Task.WhenAll(checkouts.Select((checkout, index) => Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, index + 1))));

        (await Task.WhenAll(waiting)).Select(view => view!.Revision).ShouldBe(Enumerable.Range(1, 20).SelectMany(revision => new[] { revision, revision }));
    }

    [Fact]
    public async Task After_its_connection_was_killed_it_hears_again()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var gateway = Database.Open();
        var listener = await gateway.ListenAsync();
        await UntilListeningAsync(1);

        await Sql.ExecuteAsync(
            Database.Superuser, $"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{Database.Name}' AND query = 'LISTEN checkout_outcome'");
        await UntilListeningAsync(1);
        var waiting = WaitAsync(gateway, checkout);
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1));

        (await waiting).ShouldNotBeNull().Status.ShouldBe(CheckoutStatus.Completed);
        await listener.StopAsync(Cancelled);
    }

    [Fact]
    public async Task What_is_no_checkout_is_overheard()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var gateway = Database.Open();
        await gateway.ListenAsync();
        await UntilListeningAsync(1);

        await Sql.ExecuteAsync(Database.App, "NOTIFY checkout_outcome, 'nonsense'; NOTIFY checkout_outcome");
        var waiting = WaitAsync(gateway, checkout);
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1));

        (await waiting).ShouldNotBeNull();
    }

    private static Task<CheckoutView?> WaitAsync(Stores gateway, StoredCheckout checkout) =>
        gateway.Board.WaitAsync(checkout.Id, view => view.Status.IsAnswer(), Patience, Cancelled);

    /// <summary>Returns when that many connections have been through LISTEN and wait.</summary>
    private Task UntilListeningAsync(int connections) => Sql.UntilAsync(
        Database.Superuser,
        $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Database.Name}' AND query = 'LISTEN checkout_outcome' AND state = 'idle'",
        (long)connections);
}
