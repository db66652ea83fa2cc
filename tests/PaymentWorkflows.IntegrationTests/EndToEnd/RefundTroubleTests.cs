using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What goes wrong with refunds, and how they end all the same: made once, or held for a person with the true reason.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class RefundTroubleTests(RunningStack stack) : IAsyncLifetime
{
    private const string Refunds = "/v1/refunds";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync() => await stack.Control.ClearFaultsAsync(CancellationToken.None);

    [Theory]
    [InlineData("commit_then_hang", Placement.Lean)]
    [InlineData("commit_then_hang", Placement.Isolated)]
    [InlineData("commit_then_reset", Placement.Lean)]
    [InlineData("hang_then_drop", Placement.Isolated)]
    [InlineData("stored_500", Placement.Lean)]
    [InlineData("rate_limited", Placement.Lean)]
    [InlineData("unavailable", Placement.Isolated)]
    public async Task Whatever_the_provider_does_with_the_refund_it_happens_once(string kind, Placement placement)
    {
        var paid = await PaidAsync(placement: placement);
        await FailAsync(kind);
        var view = await RefundAsync(paid, placement);
        view.Status.ShouldBe(RefundStatus.Succeeded);
        await ShouldBeRefundedOnceAsync(paid);
    }

    [Theory]
    [InlineData(Placement.Isolated)]
    [InlineData(Placement.Lean)]
    public async Task A_worker_killed_after_the_provider_gave_the_money_back_leaves_one_refund(Placement placement)
    {
        var paid = await PaidAsync(placement: placement);
        await FailAsync("commit_then_hang");
        var refunding = RefundAsync(paid, placement);
        await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(paid.TransactionId), truth => truth.Refunded == Purchase.Amount);
        await stack.KillAsync(placement == Placement.Isolated ? "worker-payments-1" : "worker-refunds-1");
        (await refunding).Status.ShouldBe(RefundStatus.Succeeded);
        await ShouldBeRefundedOnceAsync(paid);
    }

    [Fact]
    public async Task A_worker_killed_before_the_provider_is_called_leaves_one_refund()
    {
        var paid = await PaidAsync(placement: Placement.Isolated);
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Refunds }, kind = "slow", times = 1, delay_ms = 800 }, Cancel);
        var refunding = RefundAsync(paid, Placement.Isolated);
        await RunningStack.EventuallyAsync(() => stack.RowsAsync<long>("SELECT count(*) FROM pay.payment_attempts WHERE transaction_id = $1 AND operation = 'refund'", paid.TransactionId.Value), rows => rows[0] == 1);
        await stack.KillAsync("worker-payments-1");
        (await refunding).Status.ShouldBe(RefundStatus.Succeeded);
        await ShouldBeRefundedOnceAsync(paid);
    }

    [Theory]
    [InlineData(HoldAction.Retry)]
    [InlineData(HoldAction.Skip)]
    public async Task A_refusal_of_the_provider_waits_for_a_person(HoldAction action)
    {
        var paid = await PaidAsync();
        await FailAsync("balance_insufficient");
        using var gateway = stack.Gateway();
        var refund = await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value }), Key(), Cancel);
        var id = Text(refund, "id");
        (Text(refund, "status"), Text(refund.GetProperty("failure"), "code")).ShouldBe(("processing", "balance_insufficient"));
        Text(refund.GetProperty("held"), "reason").ShouldBe("refund_failed");
        (await stack.DetailsOfAsync($"refund/{id}")).ShouldContain("Held: refund_failed at `refund`");
        (await gateway.ListRefundsAsync($"checkout={paid.CheckoutId}&held=true", Cancel)).GetProperty("data").GetArrayLength().ShouldBe(1);

        // While a person decides, the amount is nobody else's.
        (await Should.ThrowAsync<StackException>(() => gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value, amount = 1 }), Key(), Cancel)))
            .Message.ShouldContain("amount_too_large");

        await ActAsync(id, action);
        await UntilAsync(gateway, id, action == HoldAction.Retry ? "succeeded" : "failed");
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(action == HoldAction.Retry ? Purchase.Amount : 0);

        // Each time the deadline of the hold passes, it is told again.
        (await NoticesAsync(paid)).Distinct().ShouldBe(["refund.held", action == HoldAction.Retry ? "refund.succeeded" : "refund.failed"]);
        if (action == HoldAction.Skip)
        {
            // What came to nothing is free again.
            Text(await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value }), Key(), Cancel), "status").ShouldBe("succeeded");
        }

        await ShouldBeRefundedOnceAsync(paid);
    }

    [Fact]
    public async Task Money_that_comes_back_is_booked_back_and_a_person_chooses_until_the_customer_has_it()
    {
        var paid = await PaidAsync("pm_card_refundFail");
        using var gateway = stack.Gateway();
        var refund = await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value }), Key(), Cancel);
        var id = Text(refund, "id");
        Text(refund, "status").ShouldBe("succeeded");

        // This card's refunds succeed, and fail some seconds later, each time.
        var held = await UntilHeldAsync(gateway, id);
        Text(held.GetProperty("held"), "reason").ShouldBe("refund_failed");
        held.GetProperty("failure").GetProperty("code").GetString().ShouldBe("expired_or_canceled_card");
        (await gateway.GetCheckoutAsync(paid.CheckoutId.Value, Cancel)).GetProperty("amount_refunded").GetInt64().ShouldBe(0);
        (await stack.BooksOfAsync(paid.TransactionId))[^1].ShouldBe($"refund_return 1010.stripe {Purchase.Amount}, 2300 {-Purchase.Amount}");
        await ActAsync(id, HoldAction.Retry);

        // The books keep what the refund itself says for seconds only.
        await RunningStack.EventuallyAsync(() => stack.BooksOfAsync(paid.TransactionId), books => books.Contains($"refund 2300 {Purchase.Amount}, 1010.stripe {-Purchase.Amount}"));
        await RunningStack.EventuallyAsync(() => stack.BooksOfAsync(paid.TransactionId), books => books.Count(entry => entry.StartsWith("refund_return ", StringComparison.Ordinal)) == 2);

        // The provider's own failed refund is no evidence; a bank transfer by hand is.
        var failed = Text((await UntilHeldAsync(gateway, id)), "provider_id");
        await ActAsync(id, HoldAction.MarkSucceeded, failed);
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync($"refund/{id}"), text => text.Contains("does not count", StringComparison.Ordinal));
        await ActAsync(id, HoldAction.MarkSucceeded, "transfer-4711");
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync($"refund/{id}"), text => text.Contains("transfer-4711 does not count", StringComparison.Ordinal));
        await ActAsync(id, HoldAction.MarkSucceeded, "bank:SEPA-4711");
        await UntilAsync(gateway, id, "succeeded");
        (await stack.BooksOfAsync(paid.TransactionId)).Skip(1).ShouldBe(
        [
            $"refund 4900 {Purchase.Amount}, 1010.stripe {-Purchase.Amount}", $"refund_return 1010.stripe {Purchase.Amount}, 2300 {-Purchase.Amount}",
            $"refund 2300 {Purchase.Amount}, 1010.stripe {-Purchase.Amount}", $"refund_return 1010.stripe {Purchase.Amount}, 2300 {-Purchase.Amount}",
            $"refund_paid_outside 2300 {Purchase.Amount}, 1000 {-Purchase.Amount}",
        ]);
        (await gateway.GetCheckoutAsync(paid.CheckoutId.Value, Cancel)).GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        (await NoticesAsync(paid)).Where(type => type != "refund.held").ShouldBe(["refund.succeeded", "refund.succeeded", "refund.succeeded"]);
    }

    [Theory]
    [InlineData("charge_disputed", "issuer")]
    [InlineData("charge_not_refundable", "us")]
    public async Task A_payment_that_cannot_be_refunded_any_more_is_held_with_the_reason_and_its_owner(string code, string owner)
    {
        var paid = await PaidAsync();
        await FailAsync(code);
        var view = await RefundAsync(paid, Placement.Lean);
        (view.Held!.Reason, view.Failure!.Code).ShouldBe((HoldReason.RefundFailed, code));
        using var gateway = stack.Gateway();
        var id = Text((await gateway.ListRefundsAsync($"checkout={paid.CheckoutId}", Cancel)).GetProperty("data")[0], "id");
        var told = Json(await PayAsync("trace", paid.TransactionId.Value, "--json"));
        Text(told, "owner").ShouldBe(owner);
        Text(told.GetProperty("failure"), "message").ShouldEndWith(view.Failure.Message);
        await ActAsync(id, HoldAction.Skip);
        await UntilAsync(gateway, id, "failed");
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(0);
        (await stack.BooksOfAsync(paid.TransactionId)).ShouldHaveSingleItem().ShouldStartWith("capture ");
    }

    [Fact]
    public async Task A_refund_whose_workflow_is_canceled_goes_on_while_its_money_may_be_on_its_way_and_ends_once_it_is_certain_that_none_is()
    {
        var paid = await PaidAsync();
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Refunds }, kind = "unavailable", times = 0 }, Cancel);
        var input = Of(paid);
        var refunding = stack.Temporal.RefundAsync(input, Cancel);
        var handle = stack.Temporal.GetWorkflowHandle($"refund/{input.RefundId}");
        await RunningStack.EventuallyAsync(() => stack.RowsAsync<long>("SELECT count(*) FROM pay.payment_attempts WHERE transaction_id = $1 AND operation = 'refund'", paid.TransactionId.Value), rows => rows[0] == 1);
        await handle.CancelAsync();
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), text => text.Contains("is canceled only while it is certain", StringComparison.Ordinal));

        await stack.Control.ClearFaultsAsync(Cancel);
        (await refunding).Status.ShouldBe(RefundStatus.Succeeded);
        await ShouldBeRefundedOnceAsync(paid);

        var other = await PaidAsync();
        await FailAsync("balance_insufficient");
        var refused = Of(other);
        (await stack.Temporal.RefundAsync(refused, Cancel)).Held!.Reason.ShouldBe(HoldReason.RefundFailed);
        await stack.Temporal.GetWorkflowHandle($"refund/{refused.RefundId}").CancelAsync();
        using var gateway = stack.Gateway();
        await UntilAsync(gateway, refused.RefundId.Value, "canceled");
        (await NoticesAsync(other)).Distinct().ShouldBe(["refund.held", "refund.canceled"]);
        (await stack.RowsAsync<long>("SELECT refund_reserved FROM pay.checkouts WHERE id = $1", other.CheckoutId.Value)).ShouldBe([0]);
        Text(await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = other.CheckoutId.Value }), Key(), Cancel), "status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task Money_that_comes_back_and_is_left_is_owed_still()
    {
        var paid = await PaidAsync("pm_card_refundFail");
        using var gateway = stack.Gateway();
        var id = Text(await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value, amount = 1000 }), Key(), Cancel), "id");
        await UntilHeldAsync(gateway, id);
        await ActAsync(id, HoldAction.Skip);
        await UntilAsync(gateway, id, "failed");
        (await stack.RowsAsync<string>("SELECT concat_ws(' ', refund_reserved, amount_refunded, refund_payable) FROM pay.checkouts WHERE id = $1", paid.CheckoutId.Value)).ShouldBe(["0 0 1000"]);
    }

    [Fact]
    public async Task A_refund_that_a_person_made_at_the_provider_counts_when_it_is_over_this_amount_of_this_payment()
    {
        var paid = await PaidAsync();
        await FailAsync("balance_insufficient");
        using var gateway = stack.Gateway();
        var id = Text(await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value, amount = 1000 }), Key(), Cancel), "id");
        var wrong = await AtTheProviderAsync(paid, 999);
        var right = await AtTheProviderAsync(paid, 1000);
        foreach (var evidence in new[] { "re_nobody", wrong })
        {
            await ActAsync(id, HoldAction.MarkSucceeded, evidence);
            await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync($"refund/{id}"), text => text.Contains($"The evidence {evidence}", StringComparison.Ordinal));
        }

        await ActAsync(id, HoldAction.MarkSucceeded, right);
        Text(await UntilAsync(gateway, id, "succeeded"), "provider_id").ShouldBe(right);
        (await stack.BooksOfAsync(paid.TransactionId))[^1].ShouldBe("refund 4900 1000, 1010.stripe -1000");

        // What else the person gave back comes into the books when the checkout is undone.
        var canceled = await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        canceled.GetProperty("amount_refunded").GetInt64().ShouldBe(Purchase.Amount);
        await ShouldBeRefundedOnceAsync(paid);
    }

    [Fact]
    public async Task A_refund_that_a_person_made_at_the_provider_and_that_came_back_is_booked_back_and_held()
    {
        var paid = await PaidAsync("pm_card_refundFail");
        await FailAsync("balance_insufficient");
        using var gateway = stack.Gateway();
        var id = Text(await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value, amount = 1000 }), Key(), Cancel), "id");
        await ActAsync(id, HoldAction.MarkSucceeded, await AtTheProviderAsync(paid, 1000));

        // This card's refunds fail some seconds later, and the event of this one names no workflow.
        await RunningStack.EventuallyAsync(() => stack.BooksOfAsync(paid.TransactionId), books => books[^1] == "refund_return 1010.stripe 1000, 2300 -1000");
        Text((await UntilHeldAsync(gateway, id)).GetProperty("held"), "reason").ShouldBe("refund_failed");
        await ActAsync(id, HoldAction.MarkSucceeded, "bank:SEPA-4712");
        await UntilAsync(gateway, id, "succeeded");
    }

    [Fact]
    public async Task Refused_credentials_wait_for_whoever_owns_the_platform_and_giving_up_frees_the_amount()
    {
        var paid = await PaidAsync();
        await FailAsync("unauthorized");
        using var gateway = stack.Gateway();
        var refund = await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value }), Key(), Cancel);
        (Text(refund.GetProperty("held"), "reason"), Text(refund.GetProperty("held"), "owner")).ShouldBe(("credentials_refused", "platform"));
        await ActAsync(Text(refund, "id"), HoldAction.Compensate);
        await UntilAsync(gateway, Text(refund, "id"), "failed");
        Text(await gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = paid.CheckoutId.Value }), Key(), Cancel), "status").ShouldBe("succeeded");
        await ShouldBeRefundedOnceAsync(paid);
    }

    [Fact]
    public async Task An_unknown_outcome_that_nothing_settles_waits_for_a_person_and_a_retry_finds_it()
    {
        var paid = await PaidAsync();
        await FailAsync("commit_then_hang");
        await stack.Control.AddFaultAsync(new { match = new { method = "GET", path = Refunds }, kind = "unavailable", times = 0 }, Cancel);
        var input = Of(paid) with { Policies = new RefundPolicies(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) };
        var view = await stack.Temporal.RefundAsync(input, Cancel);
        view.Held!.Reason.ShouldBe(HoldReason.UnknownOutcome);
        await stack.Control.ClearFaultsAsync(Cancel);
        await ActAsync(input.RefundId.Value, HoldAction.Retry);
        using var gateway = stack.Gateway();
        await UntilAsync(gateway, input.RefundId.Value, "succeeded");
        await ShouldBeRefundedOnceAsync(paid);
    }

    [Theory]
    [InlineData("pm_card_visa", "succeeded")]
    [InlineData("pm_card_refundFail", "failed")]
    public async Task A_refund_that_was_given_up_with_its_outcome_unknown_hears_what_became_of_it(string token, string becomes)
    {
        var paid = await PaidAsync(token);
        await FailAsync("commit_then_hang");
        await stack.Control.AddFaultAsync(new { match = new { method = "GET", path = Refunds }, kind = "unavailable", times = 0 }, Cancel);
        var input = Of(paid) with { Policies = new RefundPolicies(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) };
        (await stack.Temporal.RefundAsync(input, Cancel)).Held!.Reason.ShouldBe(HoldReason.UnknownOutcome);
        using var gateway = stack.Gateway();
        await ActAsync(input.RefundId.Value, HoldAction.Compensate);
        await UntilAsync(gateway, input.RefundId.Value, "failed");
        await ReservedAsync(reserved => reserved == Purchase.Amount);

        await stack.Control.ClearFaultsAsync(Cancel);
        if (becomes == "succeeded")
        {
            // Whoever touches it there makes its provider tell of it again.
            var refund = (await stack.Control.TruthAsync(Cancel))["refunds"]!.AsArray().Single(one => one!["payment_intent"]!.GetValue<string>() == paid.View.Payment!.Id)!["id"]!.GetValue<string>();
            await TouchAsync(refund);
            await UntilAsync(gateway, input.RefundId.Value, "succeeded");
            await ShouldBeRefundedOnceAsync(paid);
        }
        else
        {
            await ReservedAsync(reserved => reserved == 0);
            (await stack.BooksOfAsync(paid.TransactionId)).ShouldHaveSingleItem().ShouldStartWith("capture ");
        }

        Task ReservedAsync(Func<long, bool> wanted) => RunningStack.EventuallyAsync(
            () => stack.RowsAsync<long>("SELECT refund_reserved FROM pay.checkouts WHERE id = $1", paid.CheckoutId.Value), rows => wanted(rows[0]));
    }

    [Fact]
    public async Task The_commands_start_show_list_and_resolve_refunds()
    {
        var paid = await PaidAsync();
        await FailAsync("balance_insufficient");
        var started = Json(await PayAsync("refund", "start", paid.CheckoutId.Value, "--amount", "1000", "--reason", "duplicate", "--json"));
        var id = Text(started, "id");
        (await PayAsync("refund", "show", id)).Output.ShouldContain("EUR 10.00 (tax EUR 0.00)");
        (await PayAsync("refund", "list", "--checkout", paid.CheckoutId.Value, "--held")).Output.ShouldContain("refund_failed");
        (await PayAsync("holds", "list", "--json")).Output.ShouldContain(id);
        (await PayAsync("holds", "show", id)).Output.ShouldContain("balance_insufficient");
        (await PayAsync("holds", "resolve", id, "--action", "compensate", "--actor", "dana", "--reason", "why")).ExitCode.ShouldBe(1);
        var retried = await PayAsync("holds", "resolve", id, "--action", "retry", "--actor", "dana", "--reason", "the balance is filled");
        retried.ExitCode.ShouldBe(0, retried.Output + retried.Error);
        using var gateway = stack.Gateway();
        await UntilAsync(gateway, id, "succeeded");
        (await PayAsync("refund", "start", paid.CheckoutId.Value, "--amount", "9999")).Error.ShouldContain("amount_too_large");
        (await PayAsync("refund", "show", "ref_nobody")).ExitCode.ShouldBe(1);
        (await PayAsync("refund", "start")).ExitCode.ShouldBe(2);
    }

    private async Task<CheckoutResult> PaidAsync(string token = "pm_card_visa", Placement placement = Placement.Lean) =>
        await RunningStack.EndOf(await stack.StartAsync(Purchase.With(token, placement: placement)));

    private static RefundInput Of(CheckoutResult paid) => new() { RefundId = RefundId.Parse($"ref_{Guid.NewGuid():N}"), CheckoutId = paid.CheckoutId };

    private Task<RefundView> RefundAsync(CheckoutResult paid, Placement placement) => stack.Temporal.RefundAsync(
        Of(paid) with { Placement = placement, Policies = new RefundPolicies(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)) }, Cancel).WaitAsync(TimeSpan.FromSeconds(60));

    private Task FailAsync(string kind) => stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Refunds }, kind, times = 1 }, Cancel);

    private static string Key() => $"refund-{Guid.NewGuid():N}";

    private Task ActAsync(string refund, HoldAction action, string? evidence = null) => stack.Temporal.GetWorkflowHandle<IRefundWorkflow>($"refund/{refund}").SignalAsync(
        workflow => workflow.InterveneAsync(new Intervention { Action = HoldRules.Name(action), Actor = "dana", Reason = "it is right", Evidence = evidence }));

    private static Task<JsonElement> UntilAsync(GatewayClient gateway, string refund, string status) =>
        RunningStack.EventuallyAsync(() => gateway.GetRefundAsync(refund, Cancel), seen => Text(seen, "status") == status && seen.GetProperty("held").ValueKind == JsonValueKind.Null);

    private static Task<JsonElement> UntilHeldAsync(GatewayClient gateway, string refund) =>
        RunningStack.EventuallyAsync(() => gateway.GetRefundAsync(refund, Cancel), seen => seen.GetProperty("held").ValueKind == JsonValueKind.Object);

    private Task<IReadOnlyList<string>> NoticesAsync(CheckoutResult paid) =>
        stack.RowsAsync<string>("SELECT type FROM pay.outbox WHERE transaction_id = $1 AND type LIKE 'refund.%' ORDER BY sequence", paid.TransactionId.Value);

    private Task TouchAsync(string refund) => DashboardAsync($"{Refunds}/{refund}", new() { ["metadata[seen_by]"] = "dana" });

    private async Task<string> AtTheProviderAsync(CheckoutResult paid, long amount) =>
        Text(await DashboardAsync(Refunds, new() { ["payment_intent"] = paid.View.Payment!.Id, ["amount"] = $"{amount}" }), "id");

    /// <summary>What a person does at the provider, past us.</summary>
    private async Task<JsonElement> DashboardAsync(string path, Dictionary<string, string> fields)
    {
        using var dashboard = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", stack.Options.Stripe.ApiKey) } };
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await dashboard.PostAsync(new Uri($"{stack.Options.Stripe.BaseUrl}{path}"), form, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>All of it went back, and the books know of each cent.</summary>
    private async Task ShouldBeRefundedOnceAsync(CheckoutResult paid)
    {
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await stack.RowsAsync<long>(
            "SELECT sum(amount)::bigint FROM pay.ledger_postings JOIN pay.ledger_entries ON id = entry_id WHERE transaction_id = $1 AND account = '4900'", paid.TransactionId.Value)).ShouldBe([Purchase.Amount]);
        (await stack.RowsAsync<long>("SELECT (view->>'amount_refunded')::bigint FROM pay.checkouts WHERE id = $1", paid.CheckoutId.Value)).ShouldBe([Purchase.Amount]);
    }

    private static JsonElement Json(Executables.Outcome result)
    {
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private Task<Executables.Outcome> PayAsync(params string[] words) =>
        Executables.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), .. words, "--config", stack.Options.ConfigFile], Cancel);

    private static string Text(JsonElement part, string name) => part.GetProperty(name).GetString()!;
}
