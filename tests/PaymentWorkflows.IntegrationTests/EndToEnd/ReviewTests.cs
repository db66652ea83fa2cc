using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Payments that a rule of the deployment wants a person to look at, on the running stack.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class ReviewTests(RunningStack stack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Placement.Lean)]
    [InlineData(Placement.Isolated)]
    public async Task A_rejected_payment_is_released_and_leaves_no_trace_in_the_books(Placement placement)
    {
        var handle = await stack.StartAsync(From("FO", placement: placement));
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason, held.Owner, held.Message).ShouldBe(("review", HoldReason.Review, "risk", "from_the_faroes: Nobody orders from there."));
        held.Actions.ShouldBe([HoldAction.Approve, HoldAction.Reject, HoldAction.ExtendDeadline]);
        (await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.Authorized)).AmountCaptured.ShouldBe(0);

        await ResolveAsync(handle, "reject", "the card was stolen");
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.AmountCaptured).ShouldBe((CheckoutStatus.Failed, 0));
        result.View.Steps.Single(step => step.Name == CheckoutStep.Review).Status.ShouldBe(StepStatus.Failed);
        var truth = await stack.TruthOfAsync(result.TransactionId);
        truth.Statuses.ShouldBe(["canceled"]);
        truth.Captured.ShouldBe(0);
        (await stack.BooksOfAsync(result.TransactionId)).ShouldBeEmpty();
        (await stack.RowsAsync<string>("SELECT actor || ': ' || reason FROM pay.audit WHERE workflow_id = $1 AND event = 'intervention.accepted'", handle.Id)).ShouldBe(["dana: the card was stolen"]);
    }

    [Theory]
    [InlineData(CaptureMode.Automatic)]
    [InlineData(CaptureMode.Manual)]
    public async Task An_approved_payment_is_captured_once(CaptureMode capture)
    {
        var handle = await stack.StartAsync(From("FO", capture: capture));
        await RunningStack.UntilHeldAsync(handle);
        await ResolveAsync(handle, "approve", "called the customer");
        if (capture == CaptureMode.Manual)
        {
            await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);
            await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(null)));
        }

        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.AmountCaptured).ShouldBe((CheckoutStatus.Completed, Purchase.Amount));
        result.View.Steps.Single(step => step.Name == CheckoutStep.Review).ShouldSatisfyAllConditions(
            step => step.Status.ShouldBe(StepStatus.Done), step => step.Reference.ShouldBe("from_the_faroes"));
        var truth = await stack.TruthOfAsync(result.TransactionId);
        (truth.Charged, truth.Captured, truth.Refunded).ShouldBe((1, Purchase.Amount, 0));
        (await stack.BooksOfAsync(result.TransactionId)).ShouldHaveSingleItem().ShouldStartWith("capture ");
    }

    [Theory]
    [InlineData(HoldAction.Approve)]
    [InlineData(HoldAction.Reject)]
    public async Task Money_of_a_method_that_takes_it_at_once_is_in_the_books_while_a_person_looks(HoldAction action)
    {
        var input = From("FO") with { PaymentMethod = new PaymentMethodInput("lasting_slip", null) };
        var answer = await stack.BuyAsync(input);
        await stack.VisitAsync(answer.View, "approve");
        var handle = stack.Of(input);
        (await RunningStack.UntilHeldAsync(handle)).Reason.ShouldBe(HoldReason.Review);
        using var gateway = stack.Gateway();
        var shown = await gateway.GetCheckoutAsync(answer.CheckoutId.Value, Cancel);
        (shown.GetProperty("status").GetString(), shown.GetProperty("next_action").ValueKind, shown.GetProperty("amount_captured").GetInt64())
            .ShouldBe(("authorized", System.Text.Json.JsonValueKind.Null, Purchase.Amount));
        (await stack.BooksOfAsync(answer.TransactionId)).ShouldHaveSingleItem().ShouldStartWith("capture ");

        await RunningStack.ActAsync(handle, action);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(action == HoldAction.Approve ? CheckoutStatus.Completed : CheckoutStatus.Failed);
        (await stack.BooksOfAsync(answer.TransactionId)).Select(entry => entry.Split(' ')[0]).ShouldBe(action == HoldAction.Approve ? ["capture"] : ["capture", "refund"]);
        (await stack.TruthOfAsync(answer.TransactionId)).Refunded.ShouldBe(action == HoldAction.Approve ? 0 : Purchase.Amount);
    }

    [Fact]
    public async Task The_providers_risk_decides_and_a_payment_without_risk_goes_on_by_itself()
    {
        var safe = await RunningStack.EndOf(await stack.StartAsync(From("LI")));
        safe.View.Status.ShouldBe(CheckoutStatus.Completed);
        safe.View.Steps.Single(step => step.Name == CheckoutStep.Review).Status.ShouldBe(StepStatus.Skipped);

        var risky = await stack.StartAsync(From("LI", "pm_card_riskLevelElevated"));
        (await RunningStack.UntilHeldAsync(risky)).Message.ShouldBe("risky: The provider warns.");
        await RunningStack.ActAsync(risky, HoldAction.Approve);
        (await RunningStack.EndOf(risky)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task The_second_order_of_a_customer_in_a_hurry_is_held_whoever_else_buys()
    {
        var customer = CustomerId.Parse($"cus_{Purchase.With().Order}");
        (await RunningStack.EndOf(await stack.StartAsync(From("SM") with { Customer = customer }))).View.Status.ShouldBe(CheckoutStatus.Completed);
        (await RunningStack.EndOf(await stack.StartAsync(From("SM") with { Customer = CustomerId.Parse($"{customer}_other") }))).View.Status.ShouldBe(CheckoutStatus.Completed);
        var second = await stack.StartAsync(From("SM") with { Customer = customer });
        (await RunningStack.UntilHeldAsync(second)).Message.ShouldStartWith("customer_in_a_hurry");
        await RunningStack.ActAsync(second, HoldAction.Reject);
        (await RunningStack.EndOf(second)).View.Status.ShouldBe(CheckoutStatus.Failed);
    }

    [Fact]
    public async Task The_sum_that_one_card_pays_is_counted_over_its_customers()
    {
        var franc = Currency.Parse("chf");
        var first = From("MC") with { Currency = franc, Customer = CustomerId.Parse("cus_mc_1") };
        (await RunningStack.EndOf(await stack.StartAsync(first))).View.Status.ShouldBe(CheckoutStatus.Completed);
        var second = await stack.StartAsync(From("MC") with { Currency = franc, Customer = CustomerId.Parse("cus_mc_2") });
        (await RunningStack.UntilHeldAsync(second)).Message.ShouldStartWith("card_in_a_hurry");
        (await RunningStack.EndOf(await stack.StartAsync(From("MC", "pm_card_mastercard") with { Currency = franc }))).View.Status.ShouldBe(CheckoutStatus.Completed);
        await RunningStack.ActAsync(second, HoldAction.Approve);
        (await RunningStack.EndOf(second)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task A_cancel_does_not_wait_for_the_person_who_reviews()
    {
        var handle = await stack.StartAsync(From("FO"));
        await RunningStack.UntilHeldAsync(handle);
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("changed their mind")));
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
        (await stack.TruthOfAsync(result.TransactionId)).Statuses.ShouldBe(["canceled"]);
    }

    [Fact]
    public async Task A_decision_that_comes_while_the_saga_looks_at_the_provider_counts()
    {
        var handle = await stack.StartAsync(From("FO"));
        var held = await RunningStack.UntilHeldAsync(handle);
        var path = $"/v1/payment_intents/{(await handle.QueryAsync(workflow => workflow.View())).Payment!.Id}";
        await stack.Control.AddFaultAsync(new { match = new { method = "GET", path }, kind = "slow", times = 1, delay_ms = 2000 }, Cancel);
        await handle.SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_news", "payment_intent.amount_capturable_updated", null)));
        await RunningStack.EventuallyAsync(() => stack.Control.SendAsync(HttpMethod.Get, "/faults", null, Cancel), faults => faults["faults"]!.AsArray().Count == 0);

        await RunningStack.ActAsync(handle, HoldAction.Reject);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Failed);
        (await stack.RowsAsync<string>("SELECT event FROM pay.audit WHERE workflow_id = $1 AND event ~ '^(hold|intervention)' ORDER BY id", handle.Id))
            .ShouldBe(["hold.opened", "intervention.accepted"], held.Message);
    }

    private static CheckoutInput From(string country, string token = "pm_card_visa", CaptureMode capture = CaptureMode.Automatic, Placement placement = Placement.Lean) =>
        Purchase.With(token, capture, placement) with { Region = country };

    private async Task ResolveAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, string action, string reason)
    {
        var outcome = await Executables.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), "holds", "resolve", handle.Id, "--action", action, "--actor", "dana", "--reason", reason, "--config", stack.Options.ConfigFile],
            Cancel);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
    }
}
