using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>A merchant whose backend sets goods aside between the authorization and the capture, and lets them go when the sale does not stand.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class ReservationTests(RunningStack stack) : IAsyncLifetime
{
    private static readonly CheckoutPolicies Reserving = Purchase.Patient with { Reserves = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        await EverybodyIsWellAsync();
    }

    public async ValueTask DisposeAsync() => await EverybodyIsWellAsync();

    [Theory]
    [InlineData(PaymentWorkflows.Contracts.Placement.Lean)]
    [InlineData(PaymentWorkflows.Contracts.Placement.Isolated)]
    public async Task Goods_are_set_aside_before_the_money_is_taken(PaymentWorkflows.Contracts.Placement placement)
    {
        var input = With(Reserving) with { Placement = placement };
        await StockAsync(input, 5);
        var answer = await stack.BuyAsync(input);
        answer.View.Status.ShouldBeOneOf(CheckoutStatus.Authorized, CheckoutStatus.Completed);
        var result = await RunningStack.EndOf(stack.Of(input));
        (result.View.Status, result.View.AmountCaptured).ShouldBe((CheckoutStatus.Completed, Purchase.Amount));
        var reservation = await ReservationAsync(result);
        reservation.ShouldBe(("reserved", result.View.Steps.Single(step => step.Name == CheckoutStep.Reserve).Reference));
        (await LeftAsync(input)).ShouldBe(3);
        (await stack.TruthOfAsync(result.TransactionId)).Captured.ShouldBe(Purchase.Amount);
        (await RunningStack.EventuallyAsync(() => ToldAsync(result.TransactionId), told => told.Count == 2)).ShouldBe(["checkout.authorized", "checkout.completed"]);
    }

    [Fact]
    public async Task A_caller_need_not_know_that_the_merchant_reserves()
    {
        var direct = With(null);
        await StockAsync(direct, 5);
        var result = await RunningStack.EndOf(await stack.StartAsync(direct));
        result.View.Steps.Single(step => step.Name == CheckoutStep.Reserve).Status.ShouldBe(StepStatus.Done);
        result.View.Steps.Single(step => step.Name == CheckoutStep.Erp).Status.ShouldBe(StepStatus.Done);

        var input = With(null);
        await StockAsync(input, 1);
        using var gateway = stack.Gateway();
        var body = $$$"""{"merchant":"globex","order":"{{{input.Order}}}","customer":{"id":"cus_42","country":"DE"},"currency":"eur","lines":[{"sku":"{{{input.Lines[0].Sku}}}","description":"A book","quantity":2,"unit_amount":1999}],"payment_method":{"type":"card","token":"pm_card_visa"}}""";
        await gateway.CreateCheckoutAsync(body, input.Order.Value, Cancel);
        (await RunningStack.EndOf(stack.Of(input))).View.Status.ShouldBe(CheckoutStatus.Canceled);
    }

    [Fact]
    public async Task What_is_out_of_stock_is_not_charged()
    {
        var input = With(Reserving);
        await StockAsync(input, 1);
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
        result.View.Steps.Single(step => step.Name == CheckoutStep.Reserve).ShouldSatisfyAllConditions(
            step => step.Status.ShouldBe(StepStatus.Failed), step => step.Reference.ShouldBe("out_of_stock"));
        (await stack.TruthOfAsync(result.TransactionId)).Statuses.ShouldBe(["canceled"]);
        (await stack.BooksOfAsync(result.TransactionId)).ShouldBeEmpty();
        (await LeftAsync(input)).ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_that_was_lost_reserves_once()
    {
        var input = With(Reserving);
        await StockAsync(input, 5);
        await FaultAsync(new { kind = "commit_then_hang", match = ":reserve", times = 1 });
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        (await LeftAsync(input)).ShouldBe(3);
    }

    [Fact]
    public async Task A_backend_that_stays_away_is_decided_about_by_a_person_and_asked_again()
    {
        var input = With(Reserving);
        await StockAsync(input, 5);
        await FaultAsync(new { kind = "down" });
        var handle = await stack.StartAsync(input);
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason).ShouldBe(("reserve", HoldReason.UnknownOutcome));
        (await stack.TruthOfAsync((await AnswerAsync(input)).TransactionId)).Captured.ShouldBe(0);

        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RunningStack.UntilAsync(handle, view => view.Held is { } again && again.Since > held.Since);
        await EverybodyIsWellAsync();
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
        (await LeftAsync(input)).ShouldBe(3);
    }

    [Fact]
    public async Task A_backend_that_does_not_take_our_signature_cancels_nobodys_order()
    {
        await FaultAsync(new { kind = "unauthorized", times = 1, match = ":reserve" });
        var handle = await stack.StartAsync(With(Reserving));
        (await RunningStack.UntilHeldAsync(handle)).Message.ShouldContain("answered 401");
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task The_customers_money_does_not_wait_for_a_backend_that_cannot_let_go_and_the_release_succeeds_by_itself_once_it_can()
    {
        var input = With(Reserving);
        await StockAsync(input, 5);
        await FaultAsync(new { kind = "commit_then_hang", match = ":reserve", delay_ms = 2_000, times = 1 });
        await FaultAsync(new { kind = "down" });
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilHeldAsync(handle);
        await RunningStack.ActAsync(handle, HoldAction.Compensate);
        var parked = (await RunningStack.UntilAsync(handle, view => view.Held?.Id == "undo_reserve")).Held!;
        parked.Reason.ShouldBe(HoldReason.CompensationFailed);
        var transaction = (await AnswerAsync(input)).TransactionId;
        await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(transaction), truth => truth.Statuses is ["canceled"]);
        (await LeftAsync(input)).ShouldBe(3);

        await EverybodyIsWellAsync();
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.Held).ShouldBe((CheckoutStatus.Failed, null));
        (await LeftAsync(input)).ShouldBe(5);
        (await stack.BooksOfAsync(transaction)).ShouldBeEmpty();
        result.Compensations.Select(one => (one.Step, one.Outcome)).ShouldBe([("reserve", CompensationOutcome.NotNeeded), ("authorize", CompensationOutcome.Undone)]);
    }

    [Fact]
    public async Task A_checkout_that_is_canceled_before_the_capture_lets_the_goods_go()
    {
        var input = With(Reserving) with { Capture = CaptureMode.Manual };
        await StockAsync(input, 5);
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);
        (await LeftAsync(input)).ShouldBe(3);
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
        await RequireReleasedAsync(input, result, ["canceled"]);
        (await stack.BooksOfAsync(result.TransactionId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_checkout_that_is_canceled_after_the_capture_gives_the_money_back_and_lets_the_goods_go()
    {
        await ErpFaultAsync(new { kind = "down" });
        var input = With(Reserving with { Erp = true });
        await StockAsync(input, 5);
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.Completed);
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.Canceled);
        await EverybodyIsWellAsync();
        var result = await RunningStack.EndOf(handle);
        await RequireReleasedAsync(input, result, ["succeeded"]);
        (await stack.TruthOfAsync(result.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(result.TransactionId)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_later_step_that_fails_lets_the_goods_go()
    {
        var input = With(Reserving with { AuthorizationExpiry = TimeSpan.FromSeconds(1) }) with { Capture = CaptureMode.Manual };
        await StockAsync(input, 5);
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        result.View.Status.ShouldBe(CheckoutStatus.Expired);
        await RequireReleasedAsync(input, result, ["canceled"]);
    }

    [Fact]
    public async Task A_release_that_the_merchant_refuses_is_settled_outside_and_the_checkout_ends()
    {
        var input = With(Reserving) with { Capture = CaptureMode.Manual };
        await StockAsync(input, 5);
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);
        await FaultAsync(new { kind = "refuse", code = "already_packed", message = "The goods are packed.", match = "\"release\"" });
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason, held.Message).ShouldBe(("undo_reserve", HoldReason.CompensationFailed, "The goods are packed."));
        await RunningStack.ActAsync(handle, HoldAction.Skip);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
        result.Compensations.Select(one => (one.Step, one.Outcome)).ShouldBe([("reserve", CompensationOutcome.SkippedByOperator), ("authorize", CompensationOutcome.Undone)]);
        (await stack.TruthOfAsync(result.TransactionId)).Statuses.ShouldBe(["canceled"]);
    }

    [Fact]
    public async Task A_release_that_was_stuck_is_done_when_a_person_tries_again()
    {
        var input = With(Reserving) with { Capture = CaptureMode.Manual };
        await StockAsync(input, 5);
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);
        await FaultAsync(new { kind = "refuse", match = "\"release\"", times = 1 });
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));
        await RunningStack.UntilHeldAsync(handle);
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RequireReleasedAsync(input, await RunningStack.EndOf(handle), ["canceled"]);
    }

    /// <summary>Each time an article of its own, so that its stock is the test's own.</summary>
    private static CheckoutInput With(CheckoutPolicies? policies)
    {
        var input = Purchase.With();
        return input with
        {
            Merchant = MerchantId.Parse("globex"),
            Lines = [input.Lines[0] with { Sku = $"sku-{input.Order}" }],
            Policies = policies,
        };
    }

    private async Task RequireReleasedAsync(CheckoutInput input, CheckoutResult result, string[] payments)
    {
        (await LeftAsync(input)).ShouldBe(5);
        (await ReservationAsync(result)).Status.ShouldBe("released");
        result.Compensations.Select(one => (one.Step, one.Outcome)).Take(2).ShouldBe([("reserve", CompensationOutcome.Undone), ("authorize", CompensationOutcome.Undone)]);
        result.View.Steps.Single(step => step.Name == CheckoutStep.Reserve).Status.ShouldBe(StepStatus.Undone);
        (await stack.TruthOfAsync(result.TransactionId)).Statuses.ShouldBe(payments);
    }

    private Task<CheckoutAnswer> AnswerAsync(CheckoutInput input) => stack.BuyAsync(input);

    private Task<JsonObject> MerchantAsync() => stack.Control.SendAsync(HttpMethod.Get, "/merchant", null, Cancel);

    private async Task<(string? Status, string? Reference)> ReservationAsync(CheckoutResult result)
    {
        var found = (await MerchantAsync())["reservations"]!.AsArray().Single(one => (string?)one!["id"] == $"{result.CheckoutId}:reserve")!;
        ((string?)found["transaction_id"]).ShouldBe(result.TransactionId.Value);
        return ((string?)found["status"], (string?)found["reference"]);
    }

    private async Task<IReadOnlyList<string?>> ToldAsync(TransactionId transaction) =>
        [.. (await MerchantAsync())["notices"]!.AsArray().Select(one => one!["event"]!).Where(one => (string?)one["transaction_id"] == transaction.Value).Select(one => (string?)one["type"])];

    private async Task<long> LeftAsync(CheckoutInput input) => (long)(await MerchantAsync())["stock"]![input.Lines[0].Sku]!;

    private Task StockAsync(CheckoutInput input, int quantity) => stack.Control.SendAsync(HttpMethod.Post, "/merchant/stock", new { sku = input.Lines[0].Sku, quantity }, Cancel);

    private Task FaultAsync(object fault) => stack.Control.SendAsync(HttpMethod.Post, "/merchant/faults", fault, Cancel);

    private Task ErpFaultAsync(object fault) => stack.Control.SendAsync(HttpMethod.Post, "/erp/faults", fault, Cancel);

    private async Task EverybodyIsWellAsync()
    {
        await stack.Control.SendAsync(HttpMethod.Delete, "/merchant/faults", null, CancellationToken.None);
        await stack.Control.SendAsync(HttpMethod.Delete, "/erp/faults", null, CancellationToken.None);
    }
}
