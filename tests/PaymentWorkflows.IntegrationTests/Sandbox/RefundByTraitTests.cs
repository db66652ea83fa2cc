using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Refunds as each method, the balance and the customer allow them.</summary>
public sealed class RefundByTraitTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task A_method_without_refunds_refuses_them()
    {
        var paid = await PayAsync("boleto");
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}");
        (refused.Status, (string?)refused.Error["code"]).ShouldBe((400, "charge_not_refundable"));
    }

    [Fact]
    public async Task After_the_window_a_charge_is_too_old()
    {
        var paid = await PayAsync("pix");
        await AdvanceAsync(TimeSpan.FromDays(91));
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}");
        (refused.Status, (string?)refused.Error["code"]).ShouldBe((400, "charge_not_refundable"));
        ((string?)refused.Error["message"])!.ShouldContain("90 days");
    }

    [Fact]
    public async Task A_refund_over_a_bank_is_pending_and_succeeds_later_with_its_events()
    {
        var paid = await PayAsync("pix");
        var refund = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=500&reason=requested_by_customer&expand[]=balance_transaction");
        (refund.Text("status"), refund.Text("pending_reason")).ShouldBe(("pending", "processing"));
        ((string?)refund.Body["balance_transaction"]!["type"], (long)refund.Body["balance_transaction"]!["net"]!).ShouldBe(("payment_refund", -500));
        ResponseSchemas.Problems("refund", refund.Body).ShouldBeEmpty();
        await AdvanceAsync(TimeSpan.FromSeconds(5));
        (await Raw.GetAsync($"/v1/refunds/{refund.Id}")).Text("status").ShouldBe("succeeded");
        (await EventsOfAsync(refund.Id)).ShouldBe(["refund.created", "refund.updated", "charge.refund.updated"]);
        (await LocalMethods.EventsAsync(Raw, paid.Id)).ShouldContain("charge.refunded");
    }

    [Fact]
    public async Task A_refund_that_the_bank_sends_back_fails_and_books_the_money_back()
    {
        var paid = await PayAsync("pix", "refund_fail@any.example");
        var refund = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=500");
        await AdvanceAsync(TimeSpan.FromSeconds(5));
        var failed = await Raw.GetAsync($"/v1/refunds/{refund.Id}?expand[]=failure_balance_transaction");
        (failed.Text("status"), failed.Text("failure_reason"), (long)failed.Body["failure_balance_transaction"]!["amount"]!).ShouldBe(("failed", "declined", 500));
        ResponseSchemas.Problems("refund", failed.Body).ShouldBeEmpty();
        (await EventsOfAsync(refund.Id)).ShouldBe(["refund.created", "refund.updated", "charge.refund.updated", "refund.failed"]);
        ((long)(await Raw.GetAsync($"/v1/charges/{paid.Text("latest_charge")}")).Body["amount_refunded"]!).ShouldBe(0);
    }

    [Fact]
    public async Task A_refund_can_stay_pending_for_days()
    {
        var paid = await PayAsync("pix", "refund_pending@any.example");
        var refund = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}");
        await AdvanceAsync(TimeSpan.FromDays(20));
        (await Raw.GetAsync($"/v1/refunds/{refund.Id}")).Text("status").ShouldBe("pending");
    }

    [Fact]
    public async Task Where_the_customer_must_say_where_to_a_refund_waits_and_only_then_can_be_cancelled()
    {
        var paid = await PayAsync("multibanco");
        var waiting = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=700");
        (waiting.Text("status"), (string?)waiting.Body["next_action"]!["display_details"]!["email_sent"]!["email_sent_to"]).ShouldBe(("requires_action", "fill_never@shop.example"));
        ResponseSchemas.Problems("refund", waiting.Body).ShouldBeEmpty();
        var canceled = await Raw.PostAsync($"/v1/refunds/{waiting.Id}/cancel");
        canceled.Text("status").ShouldBe("canceled");
        ResponseSchemas.Problems("refund", canceled.Body).ShouldBeEmpty();
        ((string?)(await Raw.PostAsync($"/v1/refunds/{waiting.Id}/cancel")).Error["code"]).ShouldBe("status_transition_invalid");

        var other = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&instructions_email=x@y.example");
        (await Raw.PostAsync($"/v1/test_helpers/refunds/{other.Id}/expire")).Text("status").ShouldBe("failed");
        var last = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}");
        await AdvanceAsync(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        (await Raw.GetAsync($"/v1/refunds/{last.Id}")).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task More_than_is_left_is_refused_in_words_of_money()
    {
        var paid = await Raw.PostAsync("/v1/payment_intents", "amount=1500&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=automatic");
        await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=500");
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=1001");
        (refused.Status, (string?)refused.Error["param"], (string?)refused.Error["message"])
            .ShouldBe((400, "amount", "Refund amount (€10.01) is greater than unrefunded amount on charge (€10.00)"));
    }

    [Fact]
    public async Task A_short_balance_overdraws_waits_or_refuses_as_the_account_says()
    {
        await sandbox.Control.ResetAsync(Cancel);
        var paid = await Raw.PostAsync("/v1/payment_intents", "amount=1500&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=automatic");
        await SetAsync("refuse");
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=100");
        (refused.Status, (string?)refused.Error["code"]).ShouldBe((400, "balance_insufficient"));

        await SetAsync("pending");
        var waiting = await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=100");
        (waiting.Text("status"), waiting.Text("pending_reason"), waiting.Body["balance_transaction"]).ShouldBe(("pending", "insufficient_funds", null));
        await AdvanceAsync(TimeSpan.FromDays(3));
        var funded = await Raw.GetAsync($"/v1/refunds/{waiting.Id}");
        (funded.Text("status"), funded.Text("balance_transaction")).ShouldSatisfyAllConditions(pair => pair.Item1.ShouldBe("succeeded"), pair => pair.Item2.ShouldNotBeNull());

        var never = await Raw.PostAsync("/v1/payment_intents", "amount=5000&currency=usd&payment_method=pm_card_createDispute&confirm=true&capture_method=automatic");
        never.Status.ShouldBe(200);
        var other = await Raw.PostAsync("/v1/payment_intents", "amount=600&currency=usd&payment_method=pm_card_visa&confirm=true&capture_method=automatic");
        var stuck = await Raw.PostAsync("/v1/refunds", $"payment_intent={other.Id}");
        stuck.Text("pending_reason").ShouldBe("insufficient_funds");
        await SetAsync("overdraw");
        (await Raw.PostAsync("/v1/refunds", $"payment_intent={paid.Id}&amount=100")).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task Radar_scores_cards_and_puts_an_elevated_risk_up_for_review()
    {
        foreach (var (card, level, type) in new[] { ("pm_card_visa", "normal", "authorized"), ("pm_card_riskLevelElevated", "elevated", "manual_review"), ("pm_card_riskLevelHighest", "highest", "authorized") })
        {
            var paid = await Raw.PostAsync("/v1/payment_intents", $"amount=1500&currency=eur&payment_method={card}&confirm=true&expand[]=latest_charge");
            var outcome = paid.Body["latest_charge"]!["outcome"]!;
            ((string?)outcome["risk_level"], (string?)outcome["type"]).ShouldBe((level, type));
        }

        var blocked = await Raw.PostAsync("/v1/payment_intents", "amount=1500&currency=eur&payment_method=pm_card_radarBlock&confirm=true");
        var charge = await Raw.GetAsync($"/v1/charges/{(string?)blocked.Error["charge"]}");
        ((string?)charge.Body["outcome"]!["type"], (string?)charge.Body["outcome"]!["reason"], (string?)charge.Body["outcome"]!["network_status"]).ShouldBe(("blocked", "highest_risk_level", "not_sent_to_network"));
        var prints = new List<string?>();
        foreach (var card in new[] { "pm_card_visa", "pm_card_visa", "pm_card_mastercard" })
        {
            var paid = await Raw.PostAsync("/v1/payment_intents", $"amount=1500&currency=eur&payment_method={card}&confirm=true&expand[]=latest_charge");
            prints.Add((string?)paid.Body["latest_charge"]!["payment_method_details"]!["card"]!["fingerprint"]);
        }

        prints[0].ShouldBe(prints[1]);
        prints[0].ShouldNotBe(prints[2]);
        var local = await PayAsync("ideal");
        ((string?)(await Raw.GetAsync($"/v1/charges/{local.Text("latest_charge")}")).Body["outcome"]!["risk_level"]).ShouldBe("not_assessed");
    }

    private Task SetAsync(string whenShort) => sandbox.Control.SendAsync(HttpMethod.Post, "/refunds", new { when_short = whenShort }, Cancel);

    private async Task<RawAnswer> PayAsync(string type, string email = "fill_never@shop.example")
    {
        var method = (await LocalMethods.AllAsync(sandbox.Process)).Single(one => (string?)one["type"] == type);
        var made = await Raw.PostAsync("/v1/payment_intents", LocalMethods.Form(method, email));
        using var approved = await LocalMethods.ActAsync(Raw, made.Id, "approve");
        var paid = await Raw.GetAsync($"/v1/payment_intents/{made.Id}");
        paid.Text("status").ShouldBe("succeeded", made.Body.ToJsonString());
        return paid;
    }

    private async Task<IEnumerable<string>> EventsOfAsync(string refund) =>
        (await Raw.GetAsync("/v1/events?limit=100")).Body["data"]!.AsArray().Where(item => (string?)item!["data"]!["object"]!["id"] == refund).Select(item => (string)item!["type"]!).Reverse();

    private Task AdvanceAsync(TimeSpan by) => sandbox.Control.AdvanceAsync(by, Cancel);
}
