using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>A checkout's ordinary life on real servers, in both placements.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class CheckoutTests(RunningStack stack)
{
    public static TheoryData<Placement> Placements => [Placement.Lean, Placement.Isolated];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Placement.Lean, 9, 3)]
    [InlineData(Placement.Isolated, 14, 7)]
    public Task A_card_pays_once_and_the_books_say_so_within_few_events(Placement placement, int events, int transitions) =>
        stack.ShouldCostAtMostAsync(events, transitions, () => PayAsync(placement));

    private async Task<string> PayAsync(Placement placement)
    {
        var input = Purchase.With(placement: placement);
        var handle = await stack.StartAsync(input);
        var result = await RunningStack.EndOf(handle);

        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        result.View.AmountCaptured.ShouldBe(Purchase.Amount);
        result.Compensations.ShouldBeEmpty();
        result.View.Steps.Select(step => (step.Name, step.Status)).ShouldBe(
        [
            (CheckoutStep.Price, StepStatus.Done), (CheckoutStep.Tax, StepStatus.Skipped), (CheckoutStep.Intent, StepStatus.Done), (CheckoutStep.Authorize, StepStatus.Done),
            (CheckoutStep.Capture, StepStatus.Done), (CheckoutStep.Ledger, StepStatus.Done), (CheckoutStep.Notify, StepStatus.Done),
        ]);

        var truth = await stack.TruthOfAsync(result.TransactionId);
        (truth.Charged, truth.Captured).ShouldBe((1, Purchase.Amount));
        var fee = (long)Math.Round(Purchase.Amount * 0.015m, MidpointRounding.AwayFromZero) + 25;
        (await stack.BooksOfAsync(result.TransactionId)).ShouldBe([$"capture 1010.stripe {Purchase.Amount - fee}, 6000 {fee}, 4000 {-Purchase.Amount}"]);
        (await stack.RowsAsync<string>("SELECT type FROM pay.outbox WHERE transaction_id = $1 ORDER BY revision", result.TransactionId.Value)).ShouldBe(["checkout.completed"]);

        return handle.Id;
    }

    [Theory]
    [InlineData("isk", 101)]
    [InlineData("ugx", 5000)]
    [InlineData("jpy", 1500)]
    [InlineData("kwd", 1230)]
    public async Task A_currency_with_other_minor_units_is_paid_and_booked_in_its_own(string currency, long price)
    {
        var input = Purchase.With() with { Currency = Currency.Parse(currency), Lines = [new CheckoutLine("book", "A book", 1, price, null)] };
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        (result.View.Status, result.View.AmountCaptured).ShouldBe((CheckoutStatus.Completed, price));
        (await stack.BooksOfAsync(result.TransactionId)).Single().ShouldEndWith($"4000 {-price}");
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public async Task A_declined_card_says_why_and_the_next_try_is_another_attempt(Placement placement)
    {
        var declined = Purchase.With("pm_card_visa_chargeDeclinedInsufficientFunds", placement: placement);
        var first = await RunningStack.EndOf(await stack.StartAsync(declined));
        first.View.Status.ShouldBe(CheckoutStatus.Declined);
        first.View.Decline.ShouldNotBeNull().Code.ShouldBe("insufficient_funds");
        (await stack.BooksOfAsync(first.TransactionId)).ShouldBeEmpty();

        var second = await RunningStack.EndOf(await stack.StartAsync(declined with { PaymentMethod = new PaymentMethodInput("card", "pm_card_visa") }));
        second.View.Status.ShouldBe(CheckoutStatus.Completed);
        (first.Attempt, second.Attempt).ShouldBe((1, 2));
        second.CheckoutId.ShouldNotBe(first.CheckoutId);
        (await stack.TruthOfAsync(second.TransactionId)).Charged.ShouldBe(1);
        (await stack.TruthOfAsync(first.TransactionId)).Charged.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public async Task A_customer_who_authenticates_pays_and_the_webhook_says_when_to_look(Placement placement)
    {
        var input = Purchase.With("pm_card_authenticationRequired", placement: placement);
        var answer = await stack.BuyAsync(input);
        answer.View.Status.ShouldBe(CheckoutStatus.RequiresAction);
        var action = answer.View.NextAction.ShouldNotBeNull();
        action.Type.ShouldBe("three_d_secure");
        action.ExpiresAt.ShouldNotBeNull();

        await VisitAsync(action.Url + "/approve");
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        (await stack.TruthOfAsync(result.TransactionId)).Charged.ShouldBe(1);
        (await stack.RowsAsync<string>("SELECT type FROM pay.outbox WHERE transaction_id = $1 ORDER BY revision", result.TransactionId.Value))
            .ShouldBe(["checkout.requires_action", "checkout.completed"]);
    }

    [Fact]
    public async Task A_customer_who_fails_authentication_is_declined()
    {
        var input = Purchase.With("pm_card_authenticationRequired");
        var answer = await stack.BuyAsync(input);
        await VisitAsync(answer.View.NextAction!.Url + "/fail");
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Declined);
        result.View.Decline!.Category.ShouldBe(PaymentWorkflows.Domain.Payments.DeclineCategory.Authenticate);
    }

    [Fact]
    public async Task A_customer_who_does_nothing_lets_the_checkout_expire_and_the_payment_is_canceled()
    {
        var input = Purchase.With("pm_card_authenticationRequired", policies: Purchase.Patient with { CustomerActionExpiry = TimeSpan.FromSeconds(1) });
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        result.View.Status.ShouldBe(CheckoutStatus.Expired);
        result.Compensations.Single().Outcome.ShouldBe(CompensationOutcome.Undone);
        (await stack.TruthOfAsync(result.TransactionId)).Statuses.ShouldBe(["canceled"]);
    }

    [Theory]
    [InlineData(Placement.Lean, null, Purchase.Amount)]
    [InlineData(Placement.Isolated, 1000L, 1000L)]
    public async Task A_manual_capture_takes_all_or_a_part_when_it_is_told(Placement placement, long? amount, long taken)
    {
        var input = Purchase.With(capture: CaptureMode.Manual, placement: placement);
        var answer = await stack.BuyAsync(input);
        answer.View.Status.ShouldBe(CheckoutStatus.RequiresCapture);
        (await stack.TruthOfAsync(answer.TransactionId)).Captured.ShouldBe(0);

        await stack.Of(input).SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(amount)));
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        result.View.AmountCaptured.ShouldBe(taken);
        (await stack.TruthOfAsync(answer.TransactionId)).Captured.ShouldBe(taken);
        (await stack.BooksOfAsync(answer.TransactionId)).Single().ShouldEndWith($"4000 {-taken}");
    }

    [Fact]
    public async Task An_authorization_that_nobody_captures_expires_and_is_released()
    {
        var input = Purchase.With(capture: CaptureMode.Manual, policies: Purchase.Patient with { AuthorizationExpiry = TimeSpan.FromSeconds(1) });
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        result.View.Status.ShouldBe(CheckoutStatus.Expired);
        (await stack.TruthOfAsync(result.TransactionId)).Statuses.ShouldBe(["canceled"]);
        (await stack.BooksOfAsync(result.TransactionId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authorization_that_lapses_at_the_provider_ends_the_checkout()
    {
        var input = Purchase.With(capture: CaptureMode.Manual);
        var answer = await stack.BuyAsync(input);
        await stack.Control.AdvanceAsync(TimeSpan.FromDays(8), Cancel);
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Expired);
        (await stack.TruthOfAsync(answer.TransactionId)).Statuses.ShouldBe(["canceled"]);
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public async Task A_workflow_canceled_with_the_temporal_CLI_gives_everything_back(Placement placement)
    {
        var input = Purchase.With(capture: CaptureMode.Manual, placement: placement);
        var answer = await stack.BuyAsync(input);
        await stack.Of(input).CancelAsync();
        (await Should.ThrowAsync<WorkflowFailedException>(() => RunningStack.EndOf(stack.Of(input)))).InnerException.ShouldBeOfType<CanceledFailureException>();
        (await RunningStack.UntilAsync(stack.Of(input), view => view.Status == CheckoutStatus.Canceled)).AmountCaptured.ShouldBe(0);
        (await stack.TruthOfAsync(answer.TransactionId)).Statuses.ShouldBe(["canceled"]);
    }

    [Fact]
    public async Task A_cancel_signal_while_the_customer_acts_cancels_the_payment()
    {
        var input = Purchase.With("pm_card_authenticationRequired");
        var answer = await stack.BuyAsync(input);
        await stack.Of(input).SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("changed their mind")));
        (await RunningStack.EndOf(stack.Of(input))).View.Status.ShouldBe(CheckoutStatus.Canceled);
        (await stack.TruthOfAsync(answer.TransactionId)).Statuses.ShouldBe(["canceled"]);
        (await stack.RowsAsync<string>("SELECT reason FROM pay.audit WHERE transaction_id = $1 AND event = 'checkout.cancel_requested'", answer.TransactionId.Value))
            .ShouldBe(["changed their mind"]);
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public async Task A_completed_checkout_that_is_canceled_is_refunded_and_its_entry_reversed_by_another(Placement placement)
    {
        var input = Purchase.With(placement: placement);
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        using var gateway = stack.Gateway();
        var canceled = await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);

        canceled.GetProperty("status").GetString().ShouldBe("canceled");
        canceled.GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        var books = await stack.BooksOfAsync(paid.TransactionId);
        books.Count.ShouldBe(2);
        books[1].ShouldBe($"refund 4900 {Purchase.Amount}, 1010.stripe {-Purchase.Amount}");
    }

    [Fact]
    public async Task A_caller_who_starts_the_same_order_twice_gets_the_first_checkout_and_pays_once()
    {
        var input = Purchase.With();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stack.BuyAsync(input)));
        var again = await stack.BuyAsync(input);
        answers.Append(again).Select(answer => answer.CheckoutId).Distinct().Count().ShouldBe(1);
        again.View.Status.ShouldBe(CheckoutStatus.Completed);
        (await stack.TruthOfAsync(again.TransactionId)).Charged.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_order_with_other_content_is_refused()
    {
        var input = Purchase.With();
        await RunningStack.EndOf(await stack.StartAsync(input));
        var other = await Should.ThrowAsync<WorkflowFailedException>(async () =>
            await RunningStack.EndOf(await stack.StartAsync(input with { Lines = [new CheckoutLine("book", "A book", 3, 1999, null)] })));
        ErrorTypeOf(other).ShouldBe(ErrorTypes.OrderAlreadyExists);
    }

    [Fact]
    public async Task A_history_names_no_person_and_the_search_attributes_find_the_checkout()
    {
        var input = Purchase.With();
        using var gateway = stack.Gateway();
        var body = $$$"""
            {"merchant":"acme","order":"{{{input.Order}}}","customer":{"id":"cus_42","email":"secret.person@shop.example","country":"DE","postal_code":"10115"},
             "currency":"eur","lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1999}],"payment_method":{"type":"card","token":"pm_card_visa"}}
            """;
        var checkout = await gateway.CreateCheckoutAsync(body, $"key-{input.Order}", Cancel);
        var transaction = checkout.GetProperty("transaction_id").GetString();
        (await stack.Of(input).FetchHistoryAsync()).ToJson().ShouldNotContain("secret.person");
        var found = await RunningStack.EventuallyAsync(
            async () => await stack.Temporal.ListWorkflowsAsync($"TransactionId = '{transaction}' AND MerchantId = 'acme' AND Currency = 'eur' AND AmountMinor = {Purchase.Amount} AND PaymentStage = 'completed' AND Region = 'DE'")
                .ToListAsync(Cancel),
            list => list.Count == 1 && list[0].Status == WorkflowExecutionStatus.Completed);
        found[0].Id.ShouldBe($"checkout/acme/{input.Order}");
        found[0].Status.ShouldBe(WorkflowExecutionStatus.Completed);
    }

    private static string? ErrorTypeOf(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is ApplicationFailureException { ErrorType: { } type })
            {
                return type;
            }
        }

        return null;
    }

    private static async Task VisitAsync(string page)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        (await browser.PostAsync(new Uri(page), null, Cancel)).StatusCode.ShouldBe(System.Net.HttpStatusCode.SeeOther);
    }
}
