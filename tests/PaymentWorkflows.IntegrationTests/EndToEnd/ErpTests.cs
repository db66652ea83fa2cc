using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The ERP gets each document once, and what it does or does not do delays no customer's answer.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class ErpTests(RunningStack stack) : IAsyncLifetime
{
    /// <summary>A caller's own deadlines leave it to the deployment whether documents are posted.</summary>
    private static readonly CheckoutPolicies WithErp = Purchase.Patient with { Erp = null };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        await ErpIsWellAsync();
    }

    public async ValueTask DisposeAsync() => await ErpIsWellAsync();

    /// <summary>An ERP that works is told by the saga's own worker; where every role has workers of its own, by those of the ERP.</summary>
    [Theory]
    [InlineData(Placement.Lean, new string[0])]
    [InlineData(Placement.Isolated, new[] { "erp" })]
    public async Task A_sale_becomes_an_invoice_and_a_payment(Placement placement, string[] queues)
    {
        var (result, used) = await RunningStack.EventuallyAsync(
            async () =>
            {
                var handle = await stack.StartAsync(Purchase.With(placement: placement, policies: WithErp));
                return (await RunningStack.EndOf(handle), await QueuesOfAsync(handle, "post_erp_documents"));
            },

            // A process that saw an outage tries the ERP now and then only, until it gets through: that sale goes around.
            sold => sold.Item2.SequenceEqual(queues));
        used.ShouldBe(queues);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        var documents = await DocumentsAsync(result.TransactionId);
        documents.Select(Describe).ShouldBe([$"invoice {result.CheckoutId}:invoice 3998 -", $"payment {result.CheckoutId}:payment 3998 {result.CheckoutId}:invoice"]);
        documents[0]["lines"]!.AsArray().Count.ShouldBe(1);
        ((string?)documents[1]["provider_reference"]).ShouldBe(result.View.Payment!.Id);
        result.View.Steps.Single(step => step.Name == CheckoutStep.Erp).ShouldSatisfyAllConditions(
            step => step.Status.ShouldBe(StepStatus.Done), step => step.Reference.ShouldBe((string?)documents[0]["id"]));
        (await RowsAsync(result.TransactionId)).ShouldBe(["invoice posted 1", "payment posted 1"]);
    }

    [Theory]
    [InlineData(Placement.Lean, false, new string[0])]
    [InlineData(Placement.Isolated, false, new[] { "post_sale" })]
    [InlineData(Placement.Lean, true, new[] { "post_erp_documents" })]
    [InlineData(Placement.Isolated, true, new[] { "post_sale", "post_erp_documents" })]
    public async Task A_taxed_sale_is_told_to_both_in_one_step_and_the_tax_waits_for_no_ERP_that_is_down(Placement placement, bool isDown, string[] steps)
    {
        using var gateway = stack.Gateway();
        var known = Purchase.With();
        await gateway.CreateCheckoutAsync(
            $$$"""{"merchant":"acme","order":"{{{known.Order}}}","customer":{"id":"cus_{{{known.Order}}}","country":"DE"},"currency":"eur","lines":[{"sku":"book","description":"A book","quantity":1,"unit_amount":1000}],"payment_method":{"type":"card","token":"pm_card_visa"}}""",
            known.Order.Value,
            Cancel);

        // Again as long as a process holds an outage of before against the ERP: that sale goes around.
        var remote = await RunningStack.EventuallyAsync(
            () => TellBothAsync(Purchase.With(placement: placement, policies: WithErp) with { Tax = TaxMode.Automatic, Customer = CustomerId.Parse($"cus_{known.Order}") }, isDown), told => told.SequenceEqual(steps));
        remote.ShouldBe(steps);
    }

    /// <summary>Sells, with an ERP that is down until the tax is told or works, and gives the remote steps after the payment.</summary>
    private async Task<IReadOnlyList<string>> TellBothAsync(CheckoutInput input, bool isDown)
    {
        if (isDown)
        {
            await FaultAsync(new { kind = "down" });
        }

        var handle = await stack.StartAsync(input);
        await RunningStack.EventuallyAsync(
            () => stack.RowsAsync<string>("SELECT t.state FROM pay.tax_transactions t JOIN pay.checkouts c ON c.transaction_id = t.transaction_id WHERE c.workflow_id = $1", handle.Id), states => states.SequenceEqual(["done"]));
        if (isDown)
        {
            await RunningStack.EventuallyAsync(() => PendingAsync(handle.Id), pending => pending.Contains("post_erp_documents"));
            (await stack.RowsAsync<string>("SELECT d.state FROM pay.erp_documents d JOIN pay.checkouts c ON c.id = d.checkout_id WHERE c.workflow_id = $1", handle.Id)).ShouldNotContain("posted");
            await ErpIsWellAsync();
        }

        var result = await RunningStack.EndOf(handle);
        (await DocumentsAsync(result.TransactionId)).Select(document => (string?)document["kind"]).ShouldBe(["invoice", "payment"]);
        result.View.Tax.ShouldNotBeNull().Transaction.ShouldNotBeNull();
        return [.. (await ScheduledAsync(handle)).Select(step => step.ActivityType.Name).Except(["calculate_tax", "authorize_payment"])];
    }

    [Fact]
    public async Task An_ERP_that_is_slow_takes_no_slots_of_those_who_answer_customers()
    {
        var input = Purchase.With(policies: WithErp);
        await OnceAsync(input, "slow", delayMs: 4000);
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.Completed);
        var result = await RunningStack.EndOf(handle);
        (await DocumentsAsync(result.TransactionId)).Count.ShouldBe(2);
        (await ScheduledAsync(handle)).Select(step => step.TaskQueue.Name).ShouldBe(["erp"]);
    }

    [Theory]
    [InlineData("exclusive", 840)]
    [InlineData("inclusive", 1000)]
    public async Task The_lines_of_an_invoice_add_up_to_the_part_that_was_captured(string behavior, long line)
    {
        using var gateway = stack.Gateway();
        var order = Purchase.With().Order;
        var body = $$$"""
            {"merchant":"acme","order":"{{{order}}}","customer":{"id":"cus_{{{order}}}","country":"DE","postal_code":"10115"},"currency":"eur","tax":"automatic","tax_behavior":"{{{behavior}}}","capture":"manual",
             "lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1000}],"payment_method":{"type":"card","token":"pm_card_visa"}}
            """;
        var sold = await gateway.CreateCheckoutAsync(body, order.Value, Cancel);
        await stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow>(sold.GetProperty("workflow_id").GetString()!).SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(1000)));
        var invoice = (await RunningStack.EventuallyAsync(() => DocumentsAsync(TransactionId.Parse(sold.GetProperty("transaction_id").GetString()!)), documents => documents.Count == 2))[0];
        ((long)invoice["amount"]!, (long)invoice["taxes"]![0]!["amount"]!).ShouldBe((1000, 160));
        var part = invoice["lines"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)part["sku"], (long)part["unit_amount"]!, (int)part["quantity"]!).ShouldBe((order.Value, line, 1));
        ((string?)part["description"]).ShouldEndWith($"order {order}");
    }

    [Fact]
    public async Task An_ERP_that_is_down_delays_no_answer_and_gets_each_document_once_when_it_is_back()
    {
        await FaultAsync(new { kind = "down" });
        var inputs = Enumerable.Range(0, 6).Select(_ => Purchase.With(policies: WithErp)).ToArray();
        var answers = await Task.WhenAll(inputs.Select(stack.BuyAsync));
        answers.ShouldAllBe(answer => answer.View.Status == CheckoutStatus.Completed);
        await RunningStack.EventuallyAsync(
            () => stack.RowsAsync<string>("SELECT number FROM pay.erp_documents WHERE transaction_id = ANY($1)", (object)answers.Select(answer => answer.TransactionId.Value).ToArray()),
            rows => rows.Count > 0);

        // Completed for the caller and in the books, open in Temporal.
        (await stack.BooksOfAsync(answers[0].TransactionId)).ShouldHaveSingleItem();
        (await stack.Of(inputs[0]).DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Running);
        (await DocumentsAsync(answers[0].TransactionId)).ShouldBeEmpty();

        await ErpIsWellAsync();
        foreach (var input in inputs)
        {
            var result = await RunningStack.EndOf(stack.Of(input));
            (await DocumentsAsync(result.TransactionId)).Select(document => (string?)document["kind"]).ShouldBe(["invoice", "payment"]);
            result.View.Held.ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_document_whose_answer_was_lost_is_posted_once()
    {
        var input = Purchase.With(policies: WithErp);
        await OnceAsync(input, "commit_then_hang");
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        (await DocumentsAsync(result.TransactionId)).Select(document => (string?)document["kind"]).ShouldBe(["invoice", "payment"]);

        // Found, not sent a second time.
        (await RowsAsync(result.TransactionId)).ShouldBe(["invoice posted 1", "payment posted 1"]);
    }

    [Fact]
    public async Task A_worker_that_dies_while_the_ERP_works_leaves_one_document()
    {
        var input = Purchase.With(policies: WithErp, placement: Placement.Isolated);
        await OnceAsync(input, "slow", delayMs: 900);
        var handle = await stack.StartAsync(input);
        await RunningStack.EventuallyAsync(() => stack.RowsAsync<string>("SELECT state FROM pay.erp_documents d JOIN pay.checkouts c ON c.id = d.checkout_id WHERE c.workflow_id = $1", handle.Id), rows => rows.Count == 1);
        stack.Kill("worker-erp-1");
        var result = await RunningStack.EndOf(handle);
        (await DocumentsAsync(result.TransactionId)).Select(document => (string?)document["kind"]).ShouldBe(["invoice", "payment"]);
        await stack.UntilAllRunAsync();
    }

    [Fact]
    public async Task A_refused_document_is_held_and_posted_once_the_cause_is_repaired()
    {
        await FaultAsync(new { kind = "refuse", code = "closed_period", message = "November is closed." });
        var input = Purchase.With(policies: WithErp);
        (await stack.BuyAsync(input)).View.Status.ShouldBe(CheckoutStatus.Completed);
        var handle = stack.Of(input);
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason, held.Owner).ShouldBe(("erp", HoldReason.DocumentRefused, "finance"));
        held.Message.ShouldContain("(closed_period): November is closed.");
        (await stack.DetailsOfAsync(handle.Id)).ShouldContain("closed_period");

        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RunningStack.UntilAsync(handle, view => view.Held is { } again && again.Since > held.Since);
        await ErpIsWellAsync();
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.Held).ShouldBe((CheckoutStatus.Completed, null));
        (await DocumentsAsync(result.TransactionId)).Select(document => (string?)document["kind"]).ShouldBe(["invoice", "payment"]);
        (await RowsAsync(result.TransactionId)).ShouldBe(["invoice posted 3", "payment posted 1"]);
    }

    [Fact]
    public async Task A_refused_document_that_somebody_enters_by_hand_is_let_go()
    {
        await FaultAsync(new { kind = "refuse" });
        var handle = await stack.StartAsync(Purchase.With(policies: WithErp));
        await RunningStack.UntilHeldAsync(handle);
        await RunningStack.ActAsync(handle, HoldAction.Skip);
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.Held).ShouldBe((CheckoutStatus.Completed, null));
        result.View.Steps.Single(step => step.Name == CheckoutStep.Erp).Status.ShouldBe(StepStatus.Skipped);
        (await DocumentsAsync(result.TransactionId)).ShouldBeEmpty();
        (await stack.TruthOfAsync(result.TransactionId)).Captured.ShouldBe(Purchase.Amount);
    }

    [Fact]
    public async Task A_sale_that_is_taken_back_while_the_ERP_is_down_is_corrected_there_by_a_credit_note()
    {
        await FaultAsync(new { kind = "down" });
        var input = Purchase.With(policies: WithErp);
        (await stack.BuyAsync(input)).View.Status.ShouldBe(CheckoutStatus.Completed);
        var handle = stack.Of(input);
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));

        // The customer's money does not wait for the ERP.
        var undone = await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.Canceled);
        undone.AmountRefunded.ShouldBe(Purchase.Amount);
        await ErpIsWellAsync();
        var result = await RunningStack.EndOf(handle);
        string[] documents =
        [
            $"invoice {result.CheckoutId}:invoice 3998 -", $"payment {result.CheckoutId}:payment 3998 {result.CheckoutId}:invoice",
            $"credit_note ref_{result.CheckoutId.Value["chk_".Length..]}_undo1:credit_note 3998 {result.CheckoutId}:invoice",
        ];

        // The refund's own saga posts it, once the invoice is there.
        await RunningStack.EventuallyAsync(async () => (await DocumentsAsync(result.TransactionId)).Select(Describe).ToArray(), posted => posted.SequenceEqual(documents));
        (await stack.BooksOfAsync(result.TransactionId)).Count.ShouldBe(2);
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
    }

    [Fact]
    public async Task A_refund_of_a_taxed_sale_is_a_credit_note_with_its_part_of_the_tax()
    {
        using var gateway = stack.Gateway();
        var order = Purchase.With().Order;
        var body = $$$"""
            {"merchant":"acme","order":"{{{order}}}","customer":{"id":"cus_{{{order}}}","country":"DE","postal_code":"10115"},"currency":"eur","tax":"automatic",
             "lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1000}],"payment_method":{"type":"card","token":"pm_card_visa"}}
            """;
        var sold = await gateway.CreateCheckoutAsync(body, order.Value, Cancel);
        sold.GetProperty("amount").GetInt64().ShouldBe(2380);
        var checkout = sold.GetProperty("id").GetString();
        var refund = await gateway.CreateRefundAsync($$"""{"checkout":"{{checkout}}","amount":1000}""", $"refund-{order}", Cancel);
        (refund.GetProperty("status").GetString(), refund.GetProperty("amount_tax").GetInt64()).ShouldBe(("succeeded", 160));
        var note = (await RunningStack.EventuallyAsync(
            async () => (await DocumentsAsync(TransactionId.Parse(sold.GetProperty("transaction_id").GetString()!))).Where(document => (string?)document["kind"] == "credit_note").ToArray(),
            notes => notes.Length == 1))[0];
        Describe(note).ShouldBe($"credit_note {refund.GetProperty("id").GetString()}:credit_note 1000 {checkout}:invoice");
        ((string?)note["provider_reference"]).ShouldBe(refund.GetProperty("provider_id").GetString());
        note["taxes"]!.AsArray().Select(tax => ((string?)tax!["jurisdiction"], (long)tax["amount"]!)).ShouldBe([("de", 160L)]);
    }

    [Fact]
    public async Task A_number_that_stands_for_another_content_is_a_broken_rule_and_people_see_it()
    {
        // While it is held nothing of it is under way, so that the mistake can be played.
        var input = Purchase.With(policies: WithErp);
        await OnceAsync(input, "refuse");
        var answer = await stack.BuyAsync(input);
        await RunningStack.UntilHeldAsync(stack.Of(input));
        await stack.ExecuteAsOwnerAsync($"UPDATE pay.erp_documents SET request_hash = 'another' WHERE transaction_id = '{answer.TransactionId}'");
        await RunningStack.ActAsync(stack.Of(input), HoldAction.Retry);
        await RunningStack.UntilAsync(stack.Of(input), view => view.Held?.Reason == HoldReason.BrokenRule);
        var held = await RunningStack.UntilHeldAsync(stack.Of(input));
        (held.Reason, held.Owner).ShouldBe((HoldReason.BrokenRule, "platform"));
        held.Message.ShouldContain("stands for another content; nothing was sent.");
        (await DocumentsAsync(answer.TransactionId)).ShouldBeEmpty();

        await stack.ExecuteAsOwnerAsync($"DELETE FROM pay.erp_documents WHERE transaction_id = '{answer.TransactionId}'");
        await RunningStack.ActAsync(stack.Of(input), HoldAction.Retry);
        (await RunningStack.EndOf(stack.Of(input))).View.Status.ShouldBe(CheckoutStatus.Completed);
        (await DocumentsAsync(answer.TransactionId)).Count.ShouldBe(2);
    }

    private static async Task<IReadOnlyList<string>> QueuesOfAsync(WorkflowHandle handle, string step) =>
        [.. (await ScheduledAsync(handle)).Where(one => one.ActivityType.Name == step).Select(one => one.TaskQueue.Name)];

    private static async Task<IReadOnlyList<ActivityTaskScheduledEventAttributes>> ScheduledAsync(WorkflowHandle handle) =>
        [.. (await handle.FetchHistoryAsync()).Events.Where(one => one.EventType == EventType.ActivityTaskScheduled).Select(one => one.ActivityTaskScheduledEventAttributes)];

    /// <summary>The remote steps that are under way or tried again.</summary>
    private async Task<IReadOnlyList<string>> PendingAsync(string workflowId)
    {
        var described = await stack.Temporal.WorkflowService.DescribeWorkflowExecutionAsync(new() { Namespace = stack.Temporal.Options.Namespace, Execution = new() { WorkflowId = workflowId } });
        return [.. described.PendingActivities.Select(step => step.ActivityType.Name)];
    }

    private static string Describe(JsonObject document) => $"{document["kind"]} {document["number"]} {document["amount"]} {(string?)document["refers_to"] ?? "-"}";

    private async Task<IReadOnlyList<JsonObject>> DocumentsAsync(TransactionId transaction) =>
        [.. (await stack.Control.SendAsync(HttpMethod.Get, "/erp", null, Cancel))["documents"]!.AsArray().Select(document => document!.AsObject())
            .Where(document => (string?)document["transaction_id"] == transaction.Value)];

    private Task<IReadOnlyList<string>> RowsAsync(TransactionId transaction) =>
        stack.RowsAsync<string>("SELECT kind || ' ' || state || ' ' || attempts FROM pay.erp_documents WHERE transaction_id = $1 ORDER BY first_sent_at", transaction.Value);

    /// <summary>For this sale alone: documents of another test's may still be on their way, and would take it.</summary>
    private Task OnceAsync(CheckoutInput input, string kind, int? delayMs = null) => FaultAsync(new { kind, times = 1, delay_ms = delayMs, match = input.Order.Value });

    private Task FaultAsync(object fault) => stack.Control.SendAsync(HttpMethod.Post, "/erp/faults", fault, Cancel);

    private Task ErpIsWellAsync() => stack.Control.SendAsync(HttpMethod.Delete, "/erp/faults", null, CancellationToken.None);
}
