using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.LatePayments;
using Shouldly;
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
        var input = Purchase.With();
        var sold = await RunningStack.EndOf(await stack.StartAsync(input));
        var second = await ChargeAgainAsync(sold, stack.Of(input).Id);

        var late = stack.Temporal.GetWorkflowHandle<ILatePaymentWorkflow, LatePaymentView>(WorkflowIds.LatePayment(second));
        await RunningStack.UntilKnownAsync(late);
        var ended = await late.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(40), Cancel);

        (ended.Status, ended.Amount).ShouldBe((LatePaymentStatus.Refunded, new Money(Purchase.Amount, Currency.Parse("eur"))));
        (await stack.BooksOfAsync(sold.TransactionId)).Select(entry => entry.Split(' ')[0]).ShouldBe(["capture", "late_payment", "refund"]);
        using var gateway = stack.Gateway();
        var shown = await gateway.GetCheckoutAsync(sold.CheckoutId.Value, Cancel);
        (shown.GetProperty("status").GetString(), shown.GetProperty("amount_captured").GetInt64(), shown.GetProperty("amount_refunded").GetInt64()).ShouldBe(("completed", Purchase.Amount, 0));
        shown.GetProperty("payment").GetProperty("id").GetString().ShouldBe(sold.View.Payment!.Id);
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

    /// <summary>Charges the same checkout once more at the provider, as a call that was halted for longer than keys live would.</summary>
    private async Task<string> ChargeAgainAsync(CheckoutResult sold, string workflowId)
    {
        using var provider = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{stack.Options.Sandbox.Stripe}/v1/payment_intents")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["amount"] = $"{Purchase.Amount}",
                ["currency"] = "eur",
                ["payment_method"] = "pm_card_visa",
                ["capture_method"] = "automatic",
                ["confirm"] = "true",
                ["metadata[workflow_id]"] = workflowId,
                ["metadata[transaction_id]"] = sold.TransactionId.Value,
                ["metadata[checkout_id]"] = sold.CheckoutId.Value,
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Options.Stripe.ApiKey);
        using var answer = await provider.SendAsync(request, Cancel);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        ((string?)body["status"]).ShouldBe("succeeded", body.ToJsonString());
        return (string)body["id"]!;
    }
}
