using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>A checkout's row goes forward only, and each step's notice is kept with it.</summary>
public sealed class CheckoutRecordTests(PostgresFixture server) : PostgresTests(server)
{
    private ICheckoutStore Store => Stores.Checkouts;

    [Fact]
    public async Task A_step_is_what_the_row_shows_afterwards()
    {
        var checkout = await Store.WrittenAsync();
        var step = checkout.Step(CheckoutStatus.Completed, 3, held: true);

        await Store.WriteAsync(step);

        (await Store.FindAsync(checkout.Id, Cancelled))!.View.ShouldReadLike(step.View);
        (await Database.ScalarAsync<string>($"SELECT concat_ws(' ', status, held, revision, completed_at IS NOT NULL) FROM pay.checkouts")).ShouldBe("completed t 3 t");
    }

    [Fact]
    public async Task A_stale_step_does_not_take_the_row_back()
    {
        var checkout = await Store.WrittenAsync();
        await Store.WriteAsync(checkout.Step(CheckoutStatus.Completed, 5));

        await Store.WriteAsync(checkout.Step(CheckoutStatus.Authorized, 4, held: true));
        await Store.WriteAsync(checkout.Step(CheckoutStatus.Declined, 5));

        (await Store.FindAsync(checkout.Id, Cancelled))!.View.Status.ShouldBe(CheckoutStatus.Completed);
        (await Database.ScalarAsync<string>($"SELECT concat_ws(' ', status, held, revision) FROM pay.checkouts")).ShouldBe("completed f 5");
    }

    [Fact]
    public async Task Steps_that_come_at_once_in_any_order_leave_the_newest()
    {
        ICheckoutStore[] processes = [Store, Database.Open().Checkouts];
        var checkouts = await Store.WrittenAsync(3);
        (StoredCheckout Checkout, int Revision)[] steps = [.. checkouts.SelectMany(checkout => Enumerable.Range(1, 20).Select(revision => (checkout, revision)))];
        new Random(7).Shuffle(steps);

        await Task.WhenAll(steps.Select((step, index) => processes[index % 2].WriteAsync(
            step.Checkout.Step(step.Revision == 20 ? CheckoutStatus.Completed : CheckoutStatus.Processing, step.Revision, $"notice-{step.Revision}"))));

        foreach (var checkout in checkouts)
        {
            var view = (await Store.FindAsync(checkout.Id, Cancelled))!.View;
            view.Revision.ShouldBe(20);
            view.Status.ShouldBe(CheckoutStatus.Completed);
        }

        // Only what the row became is told, each once, and the last word always.
        (await Database.QueryAsync<bool>($"SELECT bool_and(type = 'notice-' || revision) AND count(DISTINCT revision) = count(*) AND max(revision) = 20 FROM pay.outbox GROUP BY checkout_id"))
            .ShouldBe([true, true, true]);
    }

    [Fact]
    public async Task A_writer_is_told_what_the_row_holds_whether_or_not_its_step_was_the_newest()
    {
        var checkout = await Store.WrittenAsync();
        (await Store.WriteAsync(checkout.Step(CheckoutStatus.RequiresAction, 1))).ShouldBe(new CheckoutRecorded(CheckoutStatus.RequiresAction, 1));
        (await Store.WriteAsync(checkout.Step(CheckoutStatus.RequiresAction, 1))).ShouldBe(new CheckoutRecorded(CheckoutStatus.RequiresAction, 1));
        (await Store.WriteAsync(checkout.Step(CheckoutStatus.Canceled, 1, "checkout.canceled"))).ShouldBe(new CheckoutRecorded(CheckoutStatus.RequiresAction, 1));
        (await Database.QueryAsync<long>($"SELECT count(*) FROM pay.outbox")).ShouldBe([0]);
        (await Store.WriteAsync(checkout.Step(CheckoutStatus.Canceled, 2, "checkout.canceled"))).ShouldBe(new CheckoutRecorded(CheckoutStatus.Canceled, 2));
        (await Database.QueryAsync<long>($"SELECT count(*) FROM pay.outbox")).ShouldBe([1]);
    }

    [Fact]
    public async Task Each_notice_is_kept_in_its_order_and_not_twice()
    {
        var checkout = await Store.WrittenAsync();
        var authorized = checkout.Step(CheckoutStatus.Authorized, 1, "checkout.authorized");

        await Store.WriteAsync(authorized);
        await Store.WriteAsync(checkout.Step(CheckoutStatus.RequiresCapture, 2));
        await Store.WriteAsync(authorized);
        await Store.WriteAsync(checkout.Step(CheckoutStatus.Completed, 3, "checkout.completed"));
        await Store.WriteAsync(authorized);

        (await Database.QueryAsync<string>($"SELECT concat_ws(' ', revision, type, merchant, transaction_id, payload->>'status') FROM pay.outbox ORDER BY id")).ShouldBe(
        [
            $"1 checkout.authorized acme {checkout.TransactionId} authorized",
            $"3 checkout.completed acme {checkout.TransactionId} completed",
        ]);
    }

    [Fact]
    public async Task A_start_is_noted_once()
    {
        var checkout = await Store.WrittenAsync();

        await Store.MarkStartedAsync(checkout.Id, Noon.AddSeconds(1), Cancelled);
        await Store.MarkStartedAsync(checkout.Id, Noon.AddSeconds(9), Cancelled);

        (await Store.FindAsync(checkout.Id, Cancelled))!.StartedAt.ShouldBe(Noon.AddSeconds(1));
    }

    [Fact]
    public async Task An_audit_line_with_a_known_reference_is_not_written_twice()
    {
        var checkout = await Store.WrittenAsync();
        var line = new AuditLine
        {
            WorkflowId = checkout.WorkflowId,
            TransactionId = checkout.TransactionId,
            Event = "intervention.accepted",
            Actor = "ada",
            Action = "retry",
            Reason = "The bank says so.",
            Reference = "1",
        };

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.AuditAsync(line, Noon, Cancelled)));
        await Store.AuditAsync(line with { Event = "intervention.refused" }, Noon, Cancelled);
        await Store.AuditAsync(line with { WorkflowId = "checkout/acme/other" }, Noon, Cancelled);

        (await Database.QueryAsync<string>($"SELECT concat_ws(' ', workflow_id, event, actor, action, reason) FROM pay.audit ORDER BY id"))
            .ShouldBe([$"{checkout.WorkflowId} intervention.accepted ada retry The bank says so.", "checkout/acme/other intervention.accepted ada retry The bank says so."]);
    }
}
