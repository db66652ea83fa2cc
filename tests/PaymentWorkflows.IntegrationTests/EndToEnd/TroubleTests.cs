using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What breaks at the provider, and how the checkout ends all the same: charged once, or held for a person with the true reason.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class TroubleTests(RunningStack stack) : IAsyncLifetime
{
    private const string Payments = "/v1/payment_intents";

    private static readonly CheckoutPolicies Hasty = Purchase.Patient with { UnknownDeadline = TimeSpan.FromSeconds(2) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync() => await stack.Control.ClearFaultsAsync(CancellationToken.None);

    public static TheoryData<string, Placement> Faults
    {
        get
        {
            var faults = new TheoryData<string, Placement>();
            foreach (var kind in new[] { "commit_then_hang", "commit_then_reset", "hang_then_drop", "stored_500", "rate_limited", "lock_timeout", "unavailable" })
            {
                faults.Add(kind, Placement.Lean);
                faults.Add(kind, Placement.Isolated);
            }

            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_the_provider_does_with_the_charge_it_happens_once(string kind, Placement placement)
    {
        await FailAsync("POST", Payments, kind);
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With(placement: placement)));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Theory]
    [InlineData("rate_limited", Placement.Lean)]
    [InlineData("lock_timeout", Placement.Isolated)]
    public async Task A_provider_that_stays_busy_is_asked_until_it_has_time(string kind, Placement placement)
    {
        await FailAsync("POST", Payments, kind, times: 4);
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With(placement: placement)));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stored_500_is_looked_up_whether_or_not_it_took_the_money(bool committed)
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "stored_500", times = 1, committed }, Cancel);
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Theory]
    [InlineData("commit_then_hang")]
    [InlineData("commit_then_reset")]
    [InlineData("stored_500")]
    public async Task A_capture_whose_answer_is_lost_happens_once(string kind)
    {
        var input = Purchase.With(capture: CaptureMode.Manual);
        await stack.BuyAsync(input);
        await FailAsync("POST", "/v1/payment_intents/*/capture", kind);
        await stack.Of(input).SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(null)));
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Theory]
    [InlineData("commit_then_hang")]
    [InlineData("commit_then_reset")]
    [InlineData("stored_500")]
    public async Task A_refund_whose_answer_is_lost_happens_once(string kind)
    {
        var input = Purchase.With();
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        await FailAsync("POST", "/v1/refunds", kind);
        using var gateway = stack.Gateway();
        await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        var undone = await RunningStack.EndOf(stack.Of(input));
        undone.View.Status.ShouldBe(CheckoutStatus.Canceled);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(paid.TransactionId)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_unknown_outcome_that_nothing_settles_waits_for_a_person_and_a_retry_finds_it()
    {
        // The charge is made and never answered; the look-ups never answer either.
        await FailAsync("POST", Payments, "commit_then_hang");
        await FailAsync("*", "/v1/payment_intents/**", "unavailable", times: 0);
        await FailAsync("POST", Payments, "unavailable", times: 0);
        var handle = await stack.StartAsync(Purchase.With(policies: Hasty));
        var held = await RunningStack.UntilHeldAsync(handle);
        held.Reason.ShouldBe(HoldReason.UnknownOutcome);
        held.Owner.ShouldBe("payment-operations");

        await stack.Control.ClearFaultsAsync(Cancel);
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Fact]
    public async Task A_charge_whose_answer_was_lost_is_found_by_the_event_that_names_it_while_the_search_is_away()
    {
        await LoseTheChargeAsync();
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Fact]
    public async Task Evidence_counts_only_when_the_provider_confirms_that_it_is_this_payment()
    {
        var other = await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        await stack.Control.WebhooksAsync(new { drop = 1.0 }, Cancel);
        try
        {
            await LoseTheChargeAsync();
            var handle = await stack.StartAsync(Purchase.With(policies: Hasty));
            await RunningStack.UntilHeldAsync(handle);

            await RunningStack.ActAsync(handle, HoldAction.MarkSucceeded, other.View.Payment!.Id);
            await RunningStack.UntilAsync(handle, view => view.Held is not null && view.Steps.Single(step => step.Name == CheckoutStep.Authorize) is { Status: StepStatus.Held, Attempts: 2 });

            var transaction = (await stack.RowsAsync<string>("SELECT transaction_id FROM pay.checkouts WHERE workflow_id = $1", handle.Id)).Single();
            var mine = (await stack.TruthOfAsync(Domain.TransactionId.Parse(transaction))).Intents.Single();
            await RunningStack.ActAsync(handle, HoldAction.MarkSucceeded, (string)mine["id"]!);
            var result = await RunningStack.EndOf(handle);
            result.View.Status.ShouldBe(CheckoutStatus.Completed);
            await ShouldBeChargedOnceAsync(result);
        }
        finally
        {
            await stack.Control.WebhooksAsync(new { drop = 0.0 }, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("unauthorized")]
    [InlineData("forbidden")]
    public async Task Refused_credentials_wait_for_whoever_owns_the_platform(string kind)
    {
        await FailAsync("POST", Payments, kind);
        var handle = await stack.StartAsync(Purchase.With());
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Reason, held.Owner).ShouldBe((HoldReason.CredentialsRefused, "platform"));
        (await RunningStack.EventuallyAsync(
            async () => await stack.Temporal.ListWorkflowsAsync($"NeedsAttention = true AND WorkflowId = '{handle.Id}'").ToListAsync(Cancel), list => list.Count == 1)).Count.ShouldBe(1);

        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Theory]
    [InlineData("wrong_amount", CheckoutStatus.Failed)]
    [InlineData("wrong_currency", CheckoutStatus.Failed)]
    [InlineData("wrong_state", CheckoutStatus.Completed)]
    public async Task An_answer_that_contradicts_the_request_waits_for_a_person(string kind, CheckoutStatus end)
    {
        await FailAsync("POST", Payments, kind);
        var handle = await stack.StartAsync(Purchase.With());
        (await RunningStack.UntilHeldAsync(handle)).Reason.ShouldBe(HoldReason.ProviderContradiction);

        // Looking again settles what was only a wrong answer; what is really wrong is given back.
        await RunningStack.ActAsync(handle, end == CheckoutStatus.Completed ? HoldAction.Retry : HoldAction.Compensate);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(end);
        var truth = await stack.TruthOfAsync(result.TransactionId);
        truth.Charged.ShouldBe(1);
        truth.Refunded.ShouldBe(end == CheckoutStatus.Completed ? 0 : truth.Captured);
    }

    [Fact]
    public async Task A_request_that_the_provider_refuses_waits_for_whoever_owns_the_platform()
    {
        // One cent is less than the provider takes.
        var handle = await stack.StartAsync(Purchase.With() with { Lines = [new CheckoutLine("crumb", "A crumb", 1, 1, null)] });
        (await RunningStack.UntilHeldAsync(handle)).Reason.ShouldBe(HoldReason.RequestRefused);
        await RunningStack.ActAsync(handle, HoldAction.Compensate);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Failed);
        result.Compensations.Single().Outcome.ShouldBe(CompensationOutcome.NotNeeded);
    }

    [Theory]
    [InlineData(HoldAction.Retry, CompensationOutcome.Undone, Purchase.Amount)]
    [InlineData(HoldAction.Skip, CompensationOutcome.SkippedByOperator, 0)]
    [InlineData(HoldAction.MarkSucceeded, CompensationOutcome.Undone, 0)]
    public async Task A_compensation_that_cannot_succeed_waits_for_a_person(HoldAction action, CompensationOutcome outcome, long refunded)
    {
        var input = Purchase.With();
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        await FailAsync("POST", "/v1/refunds", "balance_insufficient");
        using var gateway = stack.Gateway();
        var canceling = await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        canceling.GetProperty("held").GetProperty("reason").GetString().ShouldBe("refund_failed");

        if (action == HoldAction.MarkSucceeded)
        {
            // What the provider does not know is no evidence; a transfer by hand is, and is booked from the bank.
            await RunningStack.ActAsync(stack.Of(input), action, "transfer-4711");
            await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(stack.Of(input).Id), text => text.Contains("does not count", StringComparison.Ordinal));
        }

        await RunningStack.ActAsync(stack.Of(input), action, action == HoldAction.MarkSucceeded ? "bank:SEPA-4711" : null);
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(action == HoldAction.Skip ? CheckoutStatus.Failed : CheckoutStatus.Canceled);
        result.Compensations.ShouldContain(record => record.Step == "authorize" && record.Outcome == outcome);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(refunded);
        (await stack.BooksOfAsync(paid.TransactionId)).Count.ShouldBe(action == HoldAction.Skip ? 1 : 2);
        if (action == HoldAction.MarkSucceeded)
        {
            (await stack.BooksOfAsync(paid.TransactionId))[^1].ShouldBe($"refund_paid_outside 4900 {Purchase.Amount}, 1000 {-Purchase.Amount}");
            result.View.AmountRefunded.ShouldBe(Purchase.Amount);
        }

        // Money that stayed is not taken a second time.
        var again = await stack.BuyAsync(input);
        again.Attempt.ShouldBe(action == HoldAction.Skip ? 1 : 2);
    }

    [Fact]
    public async Task A_contradicting_charge_that_nobody_can_give_back_is_in_the_books()
    {
        await FailAsync("POST", Payments, "wrong_amount");
        await FailAsync("POST", "/v1/refunds", "balance_insufficient");
        var input = Purchase.With();
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilHeldAsync(handle);
        await RunningStack.ActAsync(handle, HoldAction.Compensate);
        await RunningStack.UntilAsync(handle, view => view.Held?.Reason == HoldReason.RefundFailed);
        await RunningStack.ActAsync(handle, HoldAction.Skip);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Failed);
        result.View.AmountCaptured.ShouldBe(Purchase.Amount + 1);
        (await stack.BooksOfAsync(result.TransactionId)).Single().ShouldEndWith($"4000 {-(Purchase.Amount + 1)}");
    }

    [Fact]
    public async Task A_payment_method_that_does_not_exist_is_a_decline_and_no_operators_business()
    {
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With("pm_nobody_knows_this")));
        result.View.Status.ShouldBe(CheckoutStatus.Declined);
        result.View.Decline!.Category.ShouldBe(Domain.Payments.DeclineCategory.FixData);
    }

    [Fact]
    public async Task A_signal_with_nothing_in_it_harms_nothing()
    {
        await FailAsync("POST", Payments, "unauthorized");
        var handle = await stack.StartAsync(Purchase.With());
        await RunningStack.UntilHeldAsync(handle);
        await handle.SignalAsync("intervene", [null]);
        await handle.SignalAsync("provider_event", [null]);
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), text => text.Contains("No such action", StringComparison.Ordinal));
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task A_customer_whose_webhook_is_lost_is_found_to_have_paid_all_the_same()
    {
        await stack.Control.WebhooksAsync(new { drop = 1.0 }, Cancel);
        try
        {
            var input = Purchase.With("pm_card_authenticationRequired");
            var answer = await stack.BuyAsync(input);
            using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            using var approved = await browser.PostAsync(new Uri(answer.View.NextAction!.Url + "/approve"), null, Cancel);
            var result = await RunningStack.EndOf(stack.Of(input));
            result.View.Status.ShouldBe(CheckoutStatus.Completed);
            await ShouldBeChargedOnceAsync(result);
        }
        finally
        {
            await stack.Control.WebhooksAsync(new { drop = 0.0 }, CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_wrong_act_is_refused_in_view_with_what_is_allowed_and_every_act_is_in_the_audit_trail()
    {
        await FailAsync("POST", Payments, "unauthorized");
        var handle = await stack.StartAsync(Purchase.With(policies: Purchase.Patient with { HoldDeadline = TimeSpan.FromSeconds(1) }));
        await RunningStack.UntilHeldAsync(handle);
        await RunningStack.ActAsync(handle, HoldAction.Skip);
        var details = await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), text => text.Contains("was refused", StringComparison.Ordinal));
        details.ShouldContain("'skip' is not allowed for a hold because of credentials_refused. Allowed here: retry, compensate, extend_deadline.");
        await RunningStack.EventuallyAsync(() => EventsOf(handle.Id), events => events.Contains("hold.escalated"));

        await RunningStack.ActAsync(handle, HoldAction.ExtendDeadline);
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RunningStack.EndOf(handle);
        (await EventsOf(handle.Id)).Where(one => one != "hold.escalated").Order().ShouldBe(["hold.opened", "intervention.accepted", "intervention.accepted", "intervention.refused"]);
        (await stack.RowsAsync<string>("SELECT DISTINCT actor FROM pay.audit WHERE workflow_id = $1 AND actor IS NOT NULL", handle.Id)).ShouldBe(["dana"]);
    }

    [Fact]
    public async Task A_hold_while_the_customer_acts_ends_with_the_customer_still_to_act()
    {
        var input = Purchase.With("pm_card_authenticationRequired");
        var answer = await stack.BuyAsync(input);
        await FailAsync("*", "/v1/payment_intents/*", "unauthorized", times: 0);
        await stack.Of(input).SignalAsync(workflow => workflow.ProviderEventAsync(new ProviderEventSignal("evt_look", "payment_intent.processing", answer.View.Payment!.Id)));
        (await RunningStack.UntilHeldAsync(stack.Of(input))).Reason.ShouldBe(HoldReason.CredentialsRefused);

        await stack.Control.ClearFaultsAsync(Cancel);
        await RunningStack.ActAsync(stack.Of(input), HoldAction.Retry);
        await RunningStack.UntilAsync(stack.Of(input), view => view is { Held: null, Status: CheckoutStatus.RequiresAction });
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var approved = await browser.PostAsync(new Uri(answer.View.NextAction!.Url + "/approve"), null, Cancel);
        var result = await RunningStack.EndOf(stack.Of(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Fact]
    public async Task What_a_person_gave_back_at_the_provider_is_in_the_books_after_the_undo()
    {
        var input = Purchase.With();
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        using var dashboard = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", stack.Options.Stripe.ApiKey) } };
        var partly = new FormUrlEncodedContent(new Dictionary<string, string> { ["payment_intent"] = paid.View.Payment!.Id, ["amount"] = "1000" });
        (await dashboard.PostAsync(new Uri($"{stack.Options.Stripe.BaseUrl}/v1/refunds"), partly, Cancel)).EnsureSuccessStatusCode();

        using var gateway = stack.Gateway();
        var canceled = await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        canceled.GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(paid.TransactionId)).Skip(1).ShouldBe(
            [$"refund 4900 {Purchase.Amount - 1000}, 1010.stripe {1000 - Purchase.Amount}", "refund 4900 1000, 1010.stripe -1000"]);
    }

    [Fact]
    public async Task A_broken_rule_of_our_own_waits_for_whoever_owns_the_platform()
    {
        var input = Purchase.With();
        var id = WorkflowIds.Checkout(input.Merchant, input.Order);
        await stack.ExecuteAsOwnerAsync(
            "INSERT INTO pay.payment_attempts (key, operation, request_hash, provider, transaction_id, workflow_id, state, first_sent_at, last_sent_at, updated_at) VALUES ($1, 'authorize', 'of another request', 'stripe', 'txn_1', $2, 'sending', now(), now(), now())",
            $"{id}:authorize:1", id);
        var handle = await stack.StartAsync(input);
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Reason, held.Owner).ShouldBe((HoldReason.BrokenRule, "platform"));

        // Not repaired yet: it is held again, and both times are in the audit trail.
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RunningStack.EventuallyAsync(() => EventsOf(handle.Id), events => events.Count(one => one == "hold.opened") == 2);
        await RunningStack.UntilHeldAsync(handle);
        await stack.ExecuteAsOwnerAsync("DELETE FROM pay.payment_attempts WHERE key = $1", $"{id}:authorize:1");
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        await ShouldBeChargedOnceAsync(result);
    }

    [Fact]
    public async Task A_held_checkout_can_be_canceled()
    {
        await FailAsync("POST", Payments, "unauthorized");
        var handle = await stack.StartAsync(Purchase.With());
        await RunningStack.UntilHeldAsync(handle);
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
        result.View.Held.ShouldBeNull();
        (await stack.TruthOfAsync(result.TransactionId)).Charged.ShouldBe(0);
    }

    [Fact]
    public async Task An_event_that_comes_again_changes_nothing()
    {
        var input = Purchase.With(capture: CaptureMode.Manual);
        var answer = await stack.BuyAsync(input);
        var signal = new ProviderEventSignal("evt_again", "payment_intent.amount_capturable_updated", answer.View.Payment!.Id);
        for (var times = 0; times < 5; times++)
        {
            await stack.Of(input).SignalAsync(workflow => workflow.ProviderEventAsync(signal));
        }

        await stack.Of(input).SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(null)));
        var result = await RunningStack.EndOf(stack.Of(input));
        await ShouldBeChargedOnceAsync(result);
        var looks = (await stack.Control.TruthAsync(Cancel))["requests"]!.AsArray()
            .Count(request => (string?)request!["method"] == "GET" && (string?)request["path"] == $"/v1/payment_intents/{answer.View.Payment!.Id}");

        // Five that were heeded would be five looks; a capture that is slow adds one of its own.
        looks.ShouldBeLessThan(5);
    }

    private Task FailAsync(string method, string path, string kind, int times = 1) => stack.Control.AddFaultAsync(
        method == "*" ? new { match = (object)new { path }, kind, times } : new { match = (object)new { method, path }, kind, times }, Cancel);

    /// <summary>The next charge is made and never answered; neither a search nor another call tells of it.</summary>
    private async Task LoseTheChargeAsync()
    {
        await FailAsync("POST", Payments, "commit_then_hang");
        await FailAsync("GET", "/v1/payment_intents/search", "unavailable", times: 0);
        await FailAsync("POST", Payments, "unavailable", times: 0);
    }

    private async Task ShouldBeChargedOnceAsync(CheckoutResult result)
    {
        var truth = await stack.TruthOfAsync(result.TransactionId);
        (truth.Charged, truth.Captured, truth.Refunded).ShouldBe((1, Purchase.Amount, 0));
        (await stack.BooksOfAsync(result.TransactionId)).Single().ShouldStartWith("capture ");
    }

    private Task<IReadOnlyList<string>> EventsOf(string workflowId) =>
        stack.RowsAsync<string>("SELECT event FROM pay.audit WHERE workflow_id = $1 ORDER BY id", workflowId);
}
