using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.LatePayments;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Methods other than cards on the whole stack: paid, turned down, expired, paid too late, paid otherwise than asked.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class LocalPaymentTests(RunningStack stack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string?> Methods => new()
    {
        { "pix", "brl", "qr_code", null },
        { "ideal", "eur", "redirect", null },
        { "grabpay", "sgd", "redirect", null },
        { "blik", "pln", "app_approval", "123456" },
        { "lasting_slip", "eur", "voucher", null },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_customer_pays_elsewhere_and_the_books_have_it(string method, string currency, string action, string? code)
    {
        var input = With(method, currency, code);
        var answer = await stack.BuyAsync(input);
        answer.View.Status.ShouldBe(CheckoutStatus.RequiresAction);
        answer.View.NextAction!.Type.ShouldBe(action);
        await stack.VisitAsync(answer.View, "approve");
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        (await stack.TruthOfAsync(result.TransactionId)).ShouldSatisfyAllConditions(truth => truth.Charged.ShouldBe(1), truth => truth.Captured.ShouldBe(Purchase.Amount));
        (await stack.BooksOfAsync(result.TransactionId)).ShouldHaveSingleItem().ShouldStartWith("capture ");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_customer_who_turns_it_down_has_paid_nothing(string method, string currency, string action, string? code)
    {
        var input = With(method, currency, code);
        var answer = await stack.BuyAsync(input);
        answer.View.NextAction!.Type.ShouldBe(action);
        await stack.VisitAsync(answer.View, "fail");
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Declined);
        (await stack.BooksOfAsync(result.TransactionId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slip_that_is_paid_after_its_expiry_is_booked_as_owed_and_given_back()
    {
        var (ended, payment) = await PaidTooLateAsync("quick_slip");
        var late = await LateAsync(payment);
        late.Status.ShouldBe(LatePaymentStatus.Refunded);
        late.Amount.ShouldBe(new Money(Purchase.Amount, Currency.Parse("eur")));
        (await stack.BooksOfAsync(ended.TransactionId)).Select(entry => entry.Split(' ')[0]).ShouldBe(["late_payment", "refund"]);
        (await stack.TruthOfAsync(ended.TransactionId)).ShouldSatisfyAllConditions(truth => truth.Captured.ShouldBe(Purchase.Amount), truth => truth.Refunded.ShouldBe(Purchase.Amount));
        using var gateway = stack.Gateway();
        var shown = await gateway.GetCheckoutAsync(ended.CheckoutId.Value, Cancel);
        (shown.GetProperty("status").GetString(), shown.GetProperty("amount_captured").GetInt64(), shown.GetProperty("amount_refunded").GetInt64())
            .ShouldBe(("expired", Purchase.Amount, Purchase.Amount));
        (await stack.RowsAsync<string>("SELECT type FROM pay.outbox WHERE checkout_id = $1 ORDER BY id", ended.CheckoutId.Value))
            .ShouldBe(["checkout.requires_action", "checkout.expired", "checkout.late_payment", "refund.succeeded"]);
    }

    [Fact]
    public async Task A_slip_that_was_paid_after_a_cancel_is_given_back()
    {
        var input = With("lasting_slip", "eur");
        var answer = await stack.BuyAsync(input);
        using (var gateway = stack.Gateway())
        {
            await gateway.CancelCheckoutAsync(answer.CheckoutId.Value, "the customer changed their mind", Cancel);
        }

        var ended = await RunningStack.EndOf(stack.Of(input));
        ended.View.Status.ShouldBe(CheckoutStatus.Canceled);
        await PayLateAsync(answer.View);
        (await LateAsync(answer.View.Payment!.Id)).Status.ShouldBe(LatePaymentStatus.Refunded);
        (await stack.TruthOfAsync(ended.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
    }

    [Fact]
    public async Task A_sale_by_a_method_without_refunds_is_undone_by_a_person_who_paid_the_customer_another_way()
    {
        var input = With("lasting_one_way_slip", "eur");
        await stack.VisitAsync((await stack.BuyAsync(input)).View, "approve");
        var paid = await RunningStack.EndOf(stack.Of(input));
        using var gateway = stack.Gateway();
        (await Should.ThrowAsync<Cli.Stack.StackException>(() => gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value }), input.Order.Value, Cancel)))
            .Message.ShouldContain("refund_not_allowed");

        var canceling = await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "the goods never came", Cancel);
        canceling.GetProperty("held").GetProperty("reason").GetString().ShouldBe("refund_failed");
        await RunningStack.ActAsync(stack.Of(input), HoldAction.MarkSucceeded, "bank:TED-77");
        var result = await RunningStack.EndOf(stack.Of(input));
        (result.View.Status, result.View.AmountRefunded).ShouldBe((CheckoutStatus.Canceled, Purchase.Amount));
        (await stack.BooksOfAsync(result.TransactionId))[^1].ShouldBe($"refund_paid_outside 4900 {Purchase.Amount}, 1000 {-Purchase.Amount}");
        (await stack.TruthOfAsync(result.TransactionId)).Refunded.ShouldBe(0);
    }

    [Fact]
    public async Task A_late_payment_is_given_back_also_when_its_workflow_is_canceled()
    {
        var input = With("quick_slip", "eur");
        var answer = await stack.BuyAsync(input);
        await RunningStack.EndOf(stack.Of(input));
        await stack.Control.AddFaultAsync(new { match = new { method = "GET", path = "/v1/payment_intents/*" }, kind = "unavailable", times = 0 }, Cancel);
        var late = stack.Temporal.GetWorkflowHandle(WorkflowIds.LatePayment(answer.View.Payment!.Id));
        try
        {
            await PayLateAsync(answer.View);
            await RunningStack.UntilKnownAsync(late);

            // It has looked in vain and waits: now it hears of its cancellation before it finds the money, and not after.
            await RunningStack.EventuallyAsync(async () => (await late.FetchHistoryAsync()).Events.Select(one => one.EventType), types => types.Contains(EventType.TimerStarted));
            await late.CancelAsync();
        }
        finally
        {
            await stack.Control.ClearFaultsAsync(Cancel);
        }

        (await LateAsync(answer.View.Payment!.Id)).Status.ShouldBe(LatePaymentStatus.Refunded);
    }

    [Fact]
    public async Task A_slip_without_refunds_that_is_paid_too_late_is_owed_and_waits_for_a_person()
    {
        var (ended, payment) = await PaidTooLateAsync("one_way_slip");
        using var gateway = stack.Gateway();
        var refunds = await RunningStack.EventuallyAsync(() => gateway.ListRefundsAsync($"checkout={ended.CheckoutId}&held=true", Cancel), seen => seen.GetProperty("data").GetArrayLength() == 1);
        var refund = refunds.GetProperty("data")[0];
        refund.GetProperty("held").GetProperty("reason").GetString().ShouldBe("refund_failed");
        await stack.Temporal.GetWorkflowHandle<Contracts.Refunds.IRefundWorkflow>($"refund/{refund.GetProperty("id").GetString()}").SignalAsync(
            workflow => workflow.InterveneAsync(new Contracts.Holds.Intervention { Action = "mark_succeeded", Actor = "dana", Reason = "by transfer", Evidence = "bank:TED-78" }));
        (await LateAsync(payment)).Status.ShouldBe(LatePaymentStatus.Refunded);
        (await stack.BooksOfAsync(ended.TransactionId)).Select(entry => entry.Split(' ')[0]).ShouldBe(["late_payment", "refund_paid_outside"]);
    }

    [Fact]
    public async Task An_amount_other_than_asked_is_held_and_a_person_gives_it_back()
    {
        var input = With("lasting_slip", "eur");
        var answer = await stack.BuyAsync(input);
        await stack.VisitAsync(answer.View, "approve?amount=1500");
        var held = await RunningStack.UntilHeldAsync(stack.Of(input));
        held.Reason.ShouldBe(HoldReason.ProviderContradiction);
        await RunningStack.ActAsync(stack.Of(input), HoldAction.Compensate);
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Failed);
        (await stack.TruthOfAsync(result.TransactionId)).ShouldSatisfyAllConditions(truth => truth.Captured.ShouldBe(1500), truth => truth.Refunded.ShouldBe(1500));
        (await stack.BooksOfAsync(result.TransactionId)).Select(entry => entry.Split(' ')[0]).ShouldBe(["capture", "refund"]);
    }

    [Fact]
    public async Task A_bank_debit_is_answered_as_processing_and_completes_when_the_bank_says_so()
    {
        var (handle, answer) = await DebitAsync();
        answer.GetProperty("status").GetString().ShouldBe("processing");
        var view = await RunningStack.UntilAsync(handle, view => view.AwaitsProvider);
        await stack.VisitAsync(view, "approve");
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Theory]
    [InlineData("approve", Purchase.Amount, 0)]
    [InlineData("fail", 0, 0)]
    [InlineData("approve", Purchase.Amount, 2)]
    public async Task A_bank_debit_that_is_canceled_on_its_way_waits_for_the_bank_and_is_taken_back(string bank, long captured, int looksInVain)
    {
        var (handle, _) = await DebitAsync();
        var view = await RunningStack.UntilAsync(handle, view => view.AwaitsProvider);
        if (looksInVain > 0)
        {
            await stack.Control.AddFaultAsync(new { match = new { method = "GET", path = $"/v1/payment_intents/{view.Payment!.Id}" }, kind = "hang_then_drop", times = looksInVain }, Cancel);
        }

        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("the customer changed their mind")));
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), details => details.Contains("then it is taken back", StringComparison.Ordinal));
        await stack.VisitAsync(view, bank);
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.Held).ShouldBe((CheckoutStatus.Canceled, null));
        (await stack.TruthOfAsync(result.TransactionId)).ShouldSatisfyAllConditions(truth => truth.Captured.ShouldBe(captured), truth => truth.Refunded.ShouldBe(captured));
    }

    /// <summary>A bank debit needs a person on record, whom only the API takes.</summary>
    private async Task<(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> Handle, JsonElement Answer)> DebitAsync()
    {
        var order = Purchase.With().Order;
        using var gateway = stack.Gateway();
        var body = $$$"""
            {"merchant":"acme","order":"{{{order}}}","customer":{"id":"cus_debit","name":"Anna Berg","email":"fill_never@shop.example","country":"DE"},"currency":"eur",
             "lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1999}],"payment_method":{"type":"sepa_debit","token":"pm_successDelayed_de"}}
            """;
        var answer = await gateway.CreateCheckoutAsync(body, order.Value, Cancel);
        return (stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(answer.GetProperty("workflow_id").GetString()!), answer);
    }

    private static CheckoutInput With(string method, string currency, string? code = null) =>
        Purchase.With() with { PaymentMethod = new PaymentMethodInput(method, null, code), Currency = Currency.Parse(currency) };

    /// <summary>A slip that expires and is paid all the same.</summary>
    private async Task<(CheckoutResult Ended, string Payment)> PaidTooLateAsync(string method)
    {
        var input = With(method, "eur");
        var answer = await stack.BuyAsync(input);
        var ended = await RunningStack.EndOf(stack.Of(input));
        ended.View.Status.ShouldBe(CheckoutStatus.Expired);
        await PayLateAsync(answer.View);
        return (ended, answer.View.Payment!.Id);
    }

    private async Task PayLateAsync(CheckoutView view)
    {
        await stack.Control.AdvanceAsync(TimeSpan.FromSeconds(10), Cancel);
        await stack.VisitAsync(view, "late");
    }

    private async Task<LatePaymentView> LateAsync(string payment)
    {
        var handle = stack.Temporal.GetWorkflowHandle<ILatePaymentWorkflow, LatePaymentView>(WorkflowIds.LatePayment(payment));
        await RunningStack.UntilKnownAsync(handle);
        return await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(40), Cancel);
    }
}
