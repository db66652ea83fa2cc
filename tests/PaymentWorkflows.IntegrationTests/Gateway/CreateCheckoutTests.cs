using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class CreateCheckoutTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task A_new_checkout_is_answered_201_with_every_field_of_the_resource()
    {
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Authorized, Payment = new PaymentReference("stripe", "pi_1", "card") };
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 10_000), transaction: "txn_mine");
        answer.Status.ShouldBe(201, answer.Body);
        answer.Json.EnumerateObject().Select(field => field.Name).ShouldBe(
            ["id", "object", "transaction_id", "workflow_id", "merchant", "order", "status", "held", "currency", "amount", "amount_tax", "amount_captured", "amount_refunded", "created_at", "completed_at", "next_action", "payment", "decline", "steps"],
            ignoreOrder: true);
        answer.Text("object").ShouldBe("checkout");
        answer.Text("status").ShouldBe("authorized");
        answer.Text("workflow_id").ShouldBe("checkout/acme/ord_1");
        answer.Text("transaction_id").ShouldBe("txn_mine");
        answer.Text("created_at").ShouldEndWith("Z");
        answer.Json.GetProperty("amount").GetInt64().ShouldBe(3998);
        answer.Json.GetProperty("held").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        answer.Json.GetProperty("payment").GetProperty("id").GetString().ShouldBe("pi_1");
        answer.Headers["Transaction-Id"].ShouldBe("txn_mine");
        answer.Headers["Request-Id"].ShouldStartWith("req_");
    }

    [Fact]
    public async Task The_row_carries_ids_placement_policies_and_the_persons_data_apart()
    {
        await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        var row = gateway.Checkouts.Rows.ShouldHaveSingleItem();
        row.Input.CheckoutId.ShouldBe(row.Id);
        row.Input.Placement.ShouldBe(Placement.Lean);
        row.Input.Policies!.CustomerActionExpiry.ShouldBe(TimeSpan.FromMinutes(30));
        row.StartedAt.ShouldNotBeNull();
        gateway.Checkouts.Customers.ShouldHaveSingleItem().ShouldBe(new CustomerDetails("a@b.example", null, "DE", "10115"));
        gateway.Engine.Started.ShouldHaveSingleItem().Id.ShouldBe(row.Id);
    }

    [Fact]
    public async Task A_decline_is_an_answer_and_no_error()
    {
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Declined, Decline = new Decline("insufficient_funds", DeclineCategory.Soft, "try_again_later", "Not enough money.") };
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 10_000));
        answer.Status.ShouldBe(201);
        answer.Text("status").ShouldBe("declined");
        answer.Json.GetProperty("decline").GetProperty("category").GetString().ShouldBe("soft");
    }

    [Fact]
    public async Task The_answer_is_processing_when_the_wait_runs_out()
    {
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 50));
        (answer.Status, answer.Text("status")).ShouldBe((201, "processing"));
    }

    [Fact]
    public async Task An_outcome_written_by_another_process_is_found_without_news()
    {
        gateway.Engine.Start = () =>
        {
            var row = gateway.Checkouts.Rows[^1];
            gateway.Checkouts.Set(row.Id, view => view with { Status = CheckoutStatus.Authorized });
            return StartOutcome.Started;
        };
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 20_000));
        answer.Text("status").ShouldBe("authorized");
    }

    [Fact]
    public async Task The_same_order_with_the_same_content_is_answered_200_with_the_first_checkout()
    {
        var first = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), transaction: "txn_first");
        var second = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), transaction: "txn_second");
        second.Status.ShouldBe(200);
        second.Text("id").ShouldBe(first.Text("id"));
        second.Headers["Transaction-Id"].ShouldBe("txn_first");
        gateway.Engine.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_order_with_other_content_is_refused_and_the_refusal_is_kept()
    {
        await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        var other = Bodies.Create(body => body["lines"]![0]!["quantity"] = 3);
        var refused = await gateway.PostAsync("/v1/checkouts", other, key: "other");
        (refused.Status, refused.Code).ShouldBe((409, "order_already_exists"));
        var repeated = await gateway.PostAsync("/v1/checkouts", other, key: "other");
        repeated.Body.ShouldBe(refused.Body);
        repeated.Headers["Idempotent-Replayed"].ShouldBe("true");
    }

    [Fact]
    public async Task A_declined_order_may_be_paid_by_a_new_attempt()
    {
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Declined };
        await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 5_000));
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Authorized };
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body["payment_method"]!["token"] = "pm_other", waitMs: 5_000));
        (answer.Status, answer.Text("status")).ShouldBe((201, "authorized"));
        gateway.Checkouts.Rows.Select(row => row.Attempt).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_checkout_whose_start_fails_is_accepted_and_started_by_the_sweeper()
    {
        gateway.Engine.Start = () => throw new InvalidOperationException("engine down");
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 30_000));
        (answer.Status, answer.Text("status")).ShouldBe((201, "processing"));
        gateway.Engine.Started.ShouldBeEmpty();
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Authorized };
        var swept = gateway.Board.WaitAsync(gateway.Checkouts.Rows[0].Id, view => view.Status.IsAnswer(), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        gateway.Engine.Start = () => StartOutcome.Started;
        (await swept).ShouldNotBeNull().Status.ShouldBe(CheckoutStatus.Authorized);
        gateway.Engine.Started.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_new_attempt_waits_until_the_workflow_of_the_earlier_one_has_finished()
    {
        var tries = 0;
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Authorized };
        gateway.Engine.Start = () => ++tries < 3 ? StartOutcome.EarlierAttemptRunning : StartOutcome.Started;
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 10_000));
        answer.Text("status").ShouldBe("authorized");
        tries.ShouldBe(3);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("txn_")]
    [InlineData("txn_with space")]
    public async Task A_malformed_transaction_id_is_refused(string id)
    {
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), transaction: id);
        (answer.Status, answer.Param).ShouldBe((400, "Transaction-Id"));
        answer.Error.GetProperty("transaction_id").GetString().ShouldBe(answer.Headers["Transaction-Id"]);
    }

    [Fact]
    public async Task A_checkout_is_read_by_its_id_with_its_own_transaction_id()
    {
        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), transaction: "txn_own");
        var read = await gateway.GetAsync($"/v1/checkouts/{created.Text("id")}");
        read.Status.ShouldBe(200);
        read.Body.ShouldBe(created.Body);
        read.Headers["Transaction-Id"].ShouldBe("txn_own");
    }
}
