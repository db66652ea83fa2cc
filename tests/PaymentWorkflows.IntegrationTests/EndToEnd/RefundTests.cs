using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Refunds;
using Shouldly;
using Temporalio.Exceptions;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Refunds on real servers: full, partial, several at once, pending, by every way of starting one.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class RefundTests(RunningStack stack) : IAsyncLifetime
{
    public static TheoryData<Placement> Placements => [Placement.Lean, Placement.Isolated];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync() => await stack.Control.ClearFaultsAsync(CancellationToken.None);

    [Fact]
    public async Task All_of_it_goes_back_once_and_row_books_notice_and_checkout_say_so()
    {
        var paid = await PaidAsync();
        using var gateway = stack.Gateway();
        var refund = await RefundAsync(gateway, paid);
        (Text(refund, "status"), refund.GetProperty("amount").GetInt64(), Text(refund, "checkout")).ShouldBe(("succeeded", Purchase.Amount, paid.CheckoutId.Value));
        Text(refund, "transaction_id").ShouldBe(paid.TransactionId.Value);
        refund.GetProperty("steps").EnumerateArray().Select(step => $"{Text(step, "name")} {Text(step, "status")}").ShouldBe(["reserve done", "refund done", "ledger done", "notify done"]);

        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(paid.TransactionId))[1].ShouldBe($"refund 4900 {Purchase.Amount}, 1010.stripe {-Purchase.Amount}");
        (await gateway.GetCheckoutAsync(paid.CheckoutId.Value, Cancel)).GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        (await gateway.GetRefundAsync(Text(refund, "id"), Cancel)).GetRawText().ShouldBe(refund.GetRawText());
        (await stack.RowsAsync<string>("SELECT type FROM pay.outbox WHERE transaction_id = $1 ORDER BY sequence", paid.TransactionId.Value)).ShouldBe(["checkout.completed", "refund.succeeded"]);
        var notice = (await RunningStack.EventuallyAsync(
            () => Task.FromResult(stack.Acme.Received.Where(told => told.Type == "refund.succeeded" && told.Headers["Transaction-Id"] == paid.TransactionId.Value).ToArray()), told => told.Length > 0))[0];
        notice.Json.GetProperty("data").GetProperty("object").GetRawText().ShouldBe(refund.GetRawText());
    }

    [Theory]
    [InlineData(Placement.Lean, 12, 4)]
    [InlineData(Placement.Isolated, 18, 9)]
    public Task A_refund_costs_few_events(Placement placement, int events, int transitions) => stack.ShouldCostAtMostAsync(events, transitions, async () =>
    {
        var paid = await PaidAsync(placement: placement);
        var view = await stack.Temporal.RefundAsync(Of(paid, 1000) with { Placement = placement }, Cancel);
        (view.Status, view.Amount).ShouldBe((RefundStatus.Succeeded, 1000));
        var id = (await RefundIdsAsync(paid)).Single();
        await RunningStack.EventuallyAsync(() => StatusOfAsync(id), status => status == "Completed");
        return $"refund/{id}";
    });

    [Fact]
    public async Task Parts_that_come_at_once_over_every_Gateway_never_exceed_what_was_captured()
    {
        var paid = await PaidAsync();
        using var one = stack.Gateway(1);
        using var two = stack.Gateway(2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            try
            {
                return (Refund: (JsonElement?)await RefundAsync(number % 2 == 0 ? one : two, paid, 1000), Refusal: "");
            }
            catch (StackException refused)
            {
                return (null, refused.Message);
            }
        }));
        answers.Count(answer => answer.Refund is { } refund && Text(refund, "status") == "succeeded").ShouldBe(3);
        answers.Where(answer => answer.Refund is null).ShouldAllBe(answer => answer.Refusal.Contains("amount_too_large"));
        (await RefundAsync(one, paid)).GetProperty("amount").GetInt64().ShouldBe(Purchase.Amount - 3000);

        var truth = await stack.TruthOfAsync(paid.TransactionId);
        truth.Refunded.ShouldBe(Purchase.Amount);
        (await one.GetCheckoutAsync(paid.CheckoutId.Value, Cancel)).GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(paid.TransactionId)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_direct_caller_gets_one_refund_for_one_id_and_the_reason_when_there_can_be_none()
    {
        var paid = await PaidAsync();
        var input = Of(paid, 1000);
        var views = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stack.Temporal.RefundAsync(input, Cancel)));
        views.Append(await stack.Temporal.RefundAsync(input, Cancel)).Select(view => view.ProviderRefundId).Distinct().Count().ShouldBe(1);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(1000);

        var refused = await Should.ThrowAsync<WorkflowFailedException>(() => stack.Temporal.RefundAsync(Of(paid, 2999), Cancel));
        refused.InnerException.ShouldBeOfType<ApplicationFailureException>().ErrorType.ShouldBe(ErrorTypes.InvalidRefund);
        refused.InnerException!.Message.ShouldContain("2998");
    }

    [Fact]
    public async Task A_direct_callers_refund_is_a_merchants_whatever_it_calls_itself()
    {
        var paid = await PaidAsync();
        (await stack.Temporal.RefundAsync(Of(paid, 1000) with { Origin = RefundOrigin.LatePayment }, Cancel)).Status.ShouldBe(RefundStatus.Succeeded);
        (await stack.BooksOfAsync(paid.TransactionId))[1].ShouldBe("refund 4900 1000, 1010.stripe -1000");
    }

    [Fact]
    public async Task Before_its_money_is_taken_a_checkout_has_nothing_to_refund()
    {
        var input = Purchase.With(capture: CaptureMode.Manual);
        var answer = await stack.BuyAsync(input);
        using var gateway = stack.Gateway();
        var refused = await Should.ThrowAsync<StackException>(() => gateway.CreateRefundAsync($$"""{"checkout":"{{answer.CheckoutId}}"}""", Key(), Cancel));
        refused.Message.ShouldContain("409: checkout_state_invalid");
        await stack.Of(input).SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("over")));
        await RunningStack.EndOf(stack.Of(input));
    }

    [Fact]
    public async Task A_pending_refund_is_told_at_once_and_succeeds_when_its_event_comes()
    {
        var paid = await PaidAsync("pm_card_pendingRefund");
        using var gateway = stack.Gateway();
        var refund = await RefundAsync(gateway, paid);
        Text(refund, "status").ShouldBeOneOf("pending", "succeeded");
        var refunded = (await gateway.GetCheckoutAsync(paid.CheckoutId.Value, Cancel)).GetProperty("amount_refunded").GetInt64();
        var details = await stack.DetailsOfAsync($"refund/{Text(refund, "id")}");
        if (Text(await gateway.GetRefundAsync(Text(refund, "id"), Cancel), "status") == "pending")
        {
            // It is so for three seconds, which a slow machine may need to look; that it was so is in the notices.
            refunded.ShouldBe(0);
            details.ShouldContain("Waiting for the provider to give the money back");
        }

        await UntilAsync(gateway, refund, "succeeded");
        (await gateway.GetCheckoutAsync(paid.CheckoutId.Value, Cancel)).GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(paid.TransactionId)).Count.ShouldBe(2);
        (await stack.RowsAsync<string>("SELECT type FROM pay.outbox WHERE transaction_id = $1 AND type LIKE 'refund%' ORDER BY sequence", paid.TransactionId.Value))
            .ShouldBe(["refund.pending", "refund.succeeded"]);
    }

    [Fact]
    public async Task A_pending_refund_whose_event_is_lost_is_found_by_looking()
    {
        await stack.Control.WebhooksAsync(new { drop = 1.0 }, Cancel);
        try
        {
            var paid = await PaidAsync("pm_card_pendingRefund");
            using var gateway = stack.Gateway();
            await UntilAsync(gateway, await RefundAsync(gateway, paid), "succeeded");
        }
        finally
        {
            await stack.Control.WebhooksAsync(new { drop = 0.0 }, CancellationToken.None);
        }
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public async Task A_checkout_that_undoes_itself_has_a_refund_like_any_other(Placement placement)
    {
        var input = Purchase.With(placement: placement);
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        using var gateway = stack.Gateway();
        await RefundAsync(gateway, paid, 1000);
        await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        var result = await RunningStack.EndOf(stack.Of(input));
        var canceled = await gateway.GetCheckoutAsync(paid.CheckoutId.Value, Cancel);
        (Text(canceled, "status"), canceled.GetProperty("amount_refunded").GetInt64()).ShouldBe(("canceled", Purchase.Amount));
        result.View.AmountRefunded.ShouldBe(Purchase.Amount);
        result.Compensations.Select(record => record.Step).ShouldBe(["authorize", "ledger"]);

        (await stack.RowsAsync<string>("SELECT origin || ' ' || status || ' ' || amount FROM pay.refunds WHERE checkout_id = $1 ORDER BY created_at", paid.CheckoutId.Value))
            .ShouldBe(["merchant succeeded 1000", $"compensation succeeded {Purchase.Amount - 1000}"]);
        (await stack.BooksOfAsync(paid.TransactionId)).Skip(1).ShouldBe(
            [$"refund 4900 1000, 1010.stripe -1000", $"refund 4900 {Purchase.Amount - 1000}, 1010.stripe {-(Purchase.Amount - 1000)}"]);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await Should.ThrowAsync<StackException>(() => RefundAsync(gateway, paid))).Message.ShouldContain("amount_too_large");
    }

    [Fact]
    public async Task An_accepted_refund_whose_Gateway_could_not_start_it_is_started_by_the_sweeper()
    {
        var paid = await PaidAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{stack.Options.Gateway.Address}"), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stack.Options.Gateway.ApiKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/refunds")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value, wait_ms = 0 }), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Key());
        stack.Halt("temporal");
        try
        {
            using var answer = await http.SendAsync(request, Cancel);
            ((int)answer.StatusCode).ShouldBe(201);
        }
        finally
        {
            stack.Resume("temporal");
        }

        await RunningStack.EventuallyAsync(() => stack.RowsAsync<string>("SELECT status FROM pay.refunds WHERE checkout_id = $1", paid.CheckoutId.Value), rows => rows.SequenceEqual(["succeeded"]));
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
    }

    private async Task<CheckoutResult> PaidAsync(string token = "pm_card_visa", Placement placement = Placement.Lean) =>
        await RunningStack.EndOf(await stack.StartAsync(Purchase.With(token, placement: placement)));

    private static RefundInput Of(CheckoutResult paid, long? amount) =>
        new() { RefundId = RefundId.Parse($"ref_{Guid.NewGuid():N}"), CheckoutId = paid.CheckoutId, Amount = amount };

    private static string Key() => $"refund-{Guid.NewGuid():N}";

    private static Task<JsonElement> RefundAsync(GatewayClient gateway, CheckoutResult paid, long? amount = null) =>
        gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value, amount }), Key(), Cancel);

    private static Task<JsonElement> UntilAsync(GatewayClient gateway, JsonElement refund, string status) =>
        RunningStack.EventuallyAsync(() => gateway.GetRefundAsync(Text(refund, "id"), Cancel), seen => Text(seen, "status") == status);

    private Task<IReadOnlyList<string>> RefundIdsAsync(CheckoutResult paid) => stack.RowsAsync<string>("SELECT id FROM pay.refunds WHERE checkout_id = $1", paid.CheckoutId.Value);

    private async Task<string> StatusOfAsync(string refund) => (await stack.Temporal.GetWorkflowHandle($"refund/{refund}").DescribeAsync()).Status.ToString();

    private static string Text(JsonElement part, string name) => part.GetProperty(name).GetString()!;
}
