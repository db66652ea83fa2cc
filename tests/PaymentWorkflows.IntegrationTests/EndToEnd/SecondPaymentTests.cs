using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.LatePayments;
using Shouldly;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What comes to a checkout beside its one payment: a second one, and signals that were meant for an earlier attempt.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class SecondPaymentTests(RunningStack stack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_payment_of_a_completed_checkout_is_booked_as_owed_and_given_back_and_its_sale_stands()
    {
        var (sold, late) = await PaidTwiceAsync();

        var ended = await EndOfAsync(late);

        (ended.Status, ended.Amount).ShouldBe((LatePaymentStatus.Refunded, new Money(Purchase.Amount, Currency.Parse("eur"))));
        (await KindsAsync(sold)).ShouldBe(["capture", "late_payment", "refund"]);
        using var gateway = stack.Gateway();
        var shown = await gateway.GetCheckoutAsync(sold.CheckoutId.Value, Cancel);
        (shown.GetProperty("status").GetString(), shown.GetProperty("amount_captured").GetInt64(), shown.GetProperty("amount_refunded").GetInt64()).ShouldBe(("completed", Purchase.Amount, 0));
        shown.GetProperty("payment").GetProperty("id").GetString().ShouldBe(sold.View.Payment!.Id);
    }

    [Fact]
    public async Task A_second_payment_that_the_provider_does_not_give_back_is_held_until_a_person_paid_it_another_way()
    {
        await RefuseRefundAsync();
        var (sold, late) = await PaidTwiceAsync();
        var held = await HeldAsync(late);
        (held.Reason, held.Id).ShouldBe((HoldReason.RefundFailed, "refund"));
        held.Message.ShouldContain("has paid twice");

        await ActAsync(late, HoldAction.MarkSucceeded, "bank:TED-78");

        (await EndOfAsync(late)).Status.ShouldBe(LatePaymentStatus.Refunded);
        (await KindsAsync(sold)).ShouldBe(["capture", "late_payment", "refund_paid_outside"]);
        (await stack.TruthOfAsync(sold.TransactionId)).Refunded.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_person_gave_back_at_the_provider_of_a_held_second_payment_is_no_part_of_what_the_bank_paid()
    {
        await RefuseRefundAsync();
        var (sold, late) = await PaidTwiceAsync();
        (await HeldAsync(late)).Message.ShouldContain("EUR 39.98");
        await AtProviderAsync("refunds", new() { ["payment_intent"] = late.Id["late-payment/".Length..], ["amount"] = "1000" });
        await RunningStack.EventuallyAsync(() => HeldAsync(late), hold => hold.Message.Contains("EUR 29.98", StringComparison.Ordinal));

        await ActAsync(late, HoldAction.MarkSucceeded, "bank:TED-80");

        (await EndOfAsync(late)).Status.ShouldBe(LatePaymentStatus.Refunded);
        (await stack.BooksOfAsync(sold.TransactionId)).Skip(2).ShouldBe(["refund_paid_outside 2300 2998, 1000 -2998", "refund 2300 1000, 1010.stripe -1000"]);
    }

    [Fact]
    public async Task A_second_payment_whose_refund_was_refused_goes_back_by_another_one_when_a_person_says_so()
    {
        await RefuseRefundAsync();
        var (sold, late) = await PaidTwiceAsync();
        await HeldAsync(late);

        await ActAsync(late, HoldAction.Retry);

        (await EndOfAsync(late)).Status.ShouldBe(LatePaymentStatus.Refunded);
        (await KindsAsync(sold)).ShouldBe(["capture", "late_payment", "refund"]);
        (await stack.TruthOfAsync(sold.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
    }

    [Fact]
    public async Task A_second_payment_whose_refund_is_pending_has_gone_back_only_when_the_customer_has_it()
    {
        var (sold, late) = await PaidTwiceAsync("pm_card_pendingRefund");
        (await EndOfAsync(late)).Status.ShouldBe(LatePaymentStatus.Refunded);
        (await RefundsAsync(sold)).Select(one => (string?)one["status"]).ShouldBe(["succeeded"]);
        (await KindsAsync(sold)).ShouldBe(["capture", "late_payment", "refund"]);
    }

    [Fact]
    public async Task A_second_payment_that_came_back_after_it_had_gone_back_is_held_for_a_person()
    {
        var (sold, late) = await PaidTwiceAsync("pm_card_refundFail");
        await HeldAsync(late);
        (await KindsAsync(sold)).ShouldBe(["capture", "late_payment", "refund", "refund_return"]);

        await ActAsync(late, HoldAction.MarkSucceeded, "bank:TED-79");

        await RunningStack.EventuallyAsync(() => KindsAsync(sold), kinds => kinds.SequenceEqual(["capture", "late_payment", "refund", "refund_return", "refund_paid_outside"]));
    }

    [Fact]
    public async Task A_signal_that_was_meant_for_an_earlier_attempt_moves_nothing_of_the_one_that_runs()
    {
        var first = Purchase.With("pm_card_visa_chargeDeclined");
        var declined = await RunningStack.EndOf(await stack.StartAsync(first));
        declined.View.Status.ShouldBe(CheckoutStatus.Declined);
        var second = Purchase.With(capture: CaptureMode.Manual) with { Order = first.Order };
        var handle = await stack.StartAsync(second);
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);

        await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(500) { CheckoutId = declined.CheckoutId }));
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("of the first") { CheckoutId = declined.CheckoutId }));
        await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(1000)));

        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.AmountCaptured).ShouldBe((CheckoutStatus.Completed, 1000));
        result.CheckoutId.ShouldNotBe(declined.CheckoutId);
    }

    private async Task<(CheckoutResult Sold, WorkflowHandle<ILatePaymentWorkflow, LatePaymentView> Late)> PaidTwiceAsync(string card = "pm_card_visa")
    {
        var input = Purchase.With();
        var sold = await RunningStack.EndOf(await stack.StartAsync(input));
        var late = stack.Temporal.GetWorkflowHandle<ILatePaymentWorkflow, LatePaymentView>(WorkflowIds.LatePayment(await ChargeAgainAsync(sold, stack.Of(input).Id, card)));
        await RunningStack.UntilKnownAsync(late);
        return (sold, late);
    }

    private static Task<LatePaymentView> EndOfAsync(WorkflowHandle<ILatePaymentWorkflow, LatePaymentView> late) => late.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(40), Cancel);

    private static async Task<HeldView> HeldAsync(WorkflowHandle<ILatePaymentWorkflow, LatePaymentView> late) =>
        (await RunningStack.EventuallyAsync(() => late.QueryAsync(workflow => workflow.Holds()), view => view.Open.Count == 1)).Open[0];

    private static Task ActAsync(WorkflowHandle<ILatePaymentWorkflow, LatePaymentView> late, HoldAction action, string? evidence = null)
    {
        var act = new Intervention { Action = HoldRules.Name(action), Actor = "dana", Reason = "it is right", Evidence = evidence };
        return late.SignalAsync(workflow => workflow.InterveneAsync(act));
    }

    private Task RefuseRefundAsync() => stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/refunds" }, kind = "balance_insufficient", times = 1 }, Cancel);

    private async Task<IEnumerable<string>> KindsAsync(CheckoutResult sold) => (await stack.BooksOfAsync(sold.TransactionId)).Select(entry => entry.Split(' ')[0]);

    private async Task<IReadOnlyList<JsonNode>> RefundsAsync(CheckoutResult sold) =>
        [.. (await stack.Control.TruthAsync(Cancel))["refunds"]!.AsArray().Where(one => (string?)one!["metadata"]?["transaction_id"] == sold.TransactionId.Value).Select(one => one!)];

    /// <summary>Charges the same checkout once more at the provider, as a call that was halted for longer than keys live would.</summary>
    private async Task<string> ChargeAgainAsync(CheckoutResult sold, string workflowId, string card)
    {
        var paid = await AtProviderAsync("payment_intents", new()
        {
            ["amount"] = $"{Purchase.Amount}",
            ["currency"] = "eur",
            ["payment_method"] = card,
            ["capture_method"] = "automatic",
            ["confirm"] = "true",
            ["metadata[workflow_id]"] = workflowId,
            ["metadata[transaction_id]"] = sold.TransactionId.Value,
            ["metadata[checkout_id]"] = sold.CheckoutId.Value,
        });
        return (string)paid["id"]!;
    }

    /// <summary>What somebody does at the provider beside the product.</summary>
    private async Task<JsonNode> AtProviderAsync(string path, Dictionary<string, string> form)
    {
        using var provider = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{stack.Options.Sandbox.Stripe}/v1/{path}") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Options.Stripe.ApiKey);
        using var answer = await provider.SendAsync(request, Cancel);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        ((string?)body["status"]).ShouldBe("succeeded", body.ToJsonString());
        return body;
    }
}
