using System.Text;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Hostile;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using PaymentWorkflows.Postgres;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>A checker of rows finds what must not be, and is stopped by nothing that may be.</summary>
public sealed class RowAuditTests(PostgresFixture server) : PostgresTests(server)
{
    private RowAudit Audit => new(Stores.Source);

    [Fact]
    public async Task An_event_is_kept_twice_by_what_its_body_says_and_an_odd_genuine_body_stops_no_check()
    {
        string[] odd = ["\"a\":\"\\u0000\"", "\"a\":\"\\ud800\"", $"\"a\":{new string('9', 5_000)}", $"\"a\":{new string('[', 50)}{new string(']', 50)}"];
        foreach (var (metadata, number) in odd.Select((one, number) => (one, number)))
        {
            await KeepAsync($"evt_{number}", SignedWebhook.Event($"evt_{number}", metadata: metadata));
        }

        await KeepAsync("evt_0", SignedWebhook.Event("evt_0"), "acct_b");
        (await Audit.FindAsync(Cancelled)).ShouldBeEmpty();

        await KeepAsync("evt_other_key", SignedWebhook.Event("evt_1"));

        (await Audit.FindAsync(Cancelled)).ShouldBe(["event evt_1 is kept 2 times"]);
        (await Audit.EventsAsync(Cancelled)).ShouldBe(["evt_0", "evt_1", "evt_2", "evt_3"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_second_capture_and_more_promised_back_than_was_captured_are_found()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 1, "checkout.completed"), checkout.Capture("capture/1", 1000));
        await PromiseAsync(checkout, "failed", 700);
        (await Audit.FindAsync(Cancelled)).ShouldBeEmpty();

        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 2), checkout.Capture("capture/2", 1000));
        await PromiseAsync(checkout, "succeeded", 1);

        (await Audit.FindAsync(Cancelled)).ShouldBe([$"{checkout.Id}: 1 of 0 are promised back", $"{checkout.TransactionId}: 2 captures are in the books"]);
    }

    [Fact]
    public async Task Two_checkouts_of_an_order_that_are_both_paid_are_found()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var second = await Stores.Checkouts.WrittenAsync(Given.Checkout(order: "order-2"));
        (await Audit.FindAsync(Cancelled)).ShouldBeEmpty();

        await Sql.ExecuteAsync(Database.Superuser, "UPDATE pay.checkouts SET order_id = 'order-1', attempt = 2 WHERE id = @id", new { id = second.Id.ToString() });

        (await Audit.FindAsync(Cancelled)).ShouldBe([$"order {checkout.Input.Order} of {checkout.Input.Merchant} has 2 checkouts that are paid or being paid"]);
    }

    /// <summary>A refund that no product would write: the database's own guard is asked by the product only.</summary>
    private Task PromiseAsync(StoredCheckout checkout, string status, long amount) => Sql.ExecuteAsync(
        Database.Superuser,
        """
        INSERT INTO pay.refunds (id, checkout_id, transaction_id, workflow_id, merchant, customer_id, currency, amount, origin, status, of_payable, input, view, created_at)
        SELECT 'ref_' || @status, id, transaction_id, 'w', merchant, customer_id, currency, @amount, 'merchant', @status, false, '{}', '{}', created_at
        FROM pay.checkouts WHERE id = @id
        """,
        new { id = checkout.Id.ToString(), status, amount });

    private Task<bool> KeepAsync(string key, string body, string account = "acct_a") =>
        Stores.Inbox.StoreAsync(new InboxEvent(account, key, "payment_intent.succeeded", Encoding.UTF8.GetBytes(body), "s", Noon), Cancelled);
}
