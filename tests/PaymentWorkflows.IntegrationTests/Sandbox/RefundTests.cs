using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Refunds, disputes and what they do to the balance.</summary>
public sealed class RefundTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task Partial_refunds_add_up_and_no_more_than_the_charge_can_go_back()
    {
        var intent = await PayAsync("pm_card_visa");
        var first = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}&amount=300&reason=requested_by_customer&expand[]=balance_transaction");
        (first.Text("status"), (long)first.Body["balance_transaction"]!["net"]!, (long)first.Body["balance_transaction"]!["fee"]!).ShouldBe(("succeeded", -300, 0));

        var tooMuch = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}&amount=701");
        (tooMuch.Status, (string?)tooMuch.Error["param"]).ShouldBe((400, "amount"));
        (await Raw.PostAsync("/v1/refunds", $"charge={intent.Text("latest_charge")}")).Body["amount"]!.GetValue<long>().ShouldBe(700);
        var again = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}");
        (again.Status, (string?)again.Error["code"]).ShouldBe((400, "charge_already_refunded"));
        var charge = await Raw.GetAsync($"/v1/charges/{intent.Text("latest_charge")}?expand[]=refunds");
        ((bool)charge.Body["refunded"]!, charge.Body["refunds"]!["data"]!.AsArray().Count).ShouldBe((true, 2));
    }

    [Fact]
    public async Task Two_refunds_without_a_key_are_two_refunds()
    {
        var intent = await PayAsync("pm_card_visa");
        var first = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}&amount=300");
        var second = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}&amount=300");
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task A_pending_refund_succeeds_when_its_time_has_come()
    {
        var intent = await PayAsync("pm_card_pendingRefund");
        var refund = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}");
        (refund.Text("status"), refund.Text("pending_reason")).ShouldBe(("pending", "processing"));
        await sandbox.Control.AdvanceAsync(TimeSpan.FromSeconds(5), Cancel);
        (await Raw.GetAsync($"/v1/refunds/{refund.Id}")).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_failing_refund_gives_the_money_back_to_the_balance()
    {
        var intent = await PayAsync("pm_card_refundFail");
        var refund = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}&amount=400");
        refund.Text("status").ShouldBe("succeeded");
        await sandbox.Control.AdvanceAsync(TimeSpan.FromSeconds(5), Cancel);

        var failed = await Raw.GetAsync($"/v1/refunds/{refund.Id}?expand[]=failure_balance_transaction");
        (failed.Text("status"), (long)failed.Body["failure_balance_transaction"]!["amount"]!).ShouldBe(("failed", 400));
        failed.Text("failure_reason").ShouldNotBeNull();
        ((long)(await Raw.GetAsync($"/v1/charges/{intent.Text("latest_charge")}")).Body["amount_refunded"]!).ShouldBe(0);
        var events = await Raw.GetAsync("/v1/events?type=refund.failed&limit=1");
        ((string?)events.Body["data"]![0]!["data"]!["object"]!["id"]).ShouldBe(refund.Id);
    }

    [Fact]
    public async Task What_was_not_captured_cannot_be_refunded()
    {
        var intent = await PayAsync("pm_card_visa", "manual");
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}");
        (refused.Status, (string?)refused.Error["code"]).ShouldBe((400, "payment_intent_unexpected_state"));
    }

    [Fact]
    public async Task A_disputed_charge_cannot_be_refunded_and_winning_evidence_brings_the_money_back()
    {
        var intent = await PayAsync("pm_card_createDispute");
        var refused = await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}");
        (refused.Status, (string?)refused.Error["code"]).ShouldBe((400, "charge_disputed"));
        var disputes = await Raw.GetAsync($"/v1/disputes?payment_intent={intent.Id}");
        var dispute = (string)disputes.Body["data"]![0]!["id"]!;
        ((string?)disputes.Body["data"]![0]!["status"]).ShouldBe("needs_response");

        var won = await Raw.PostAsync($"/v1/disputes/{dispute}", "evidence[uncategorized_text]=winning_evidence");
        won.Text("status").ShouldBe("won");
        won.Body["balance_transactions"]!.AsArray().Sum(movement => (long)movement!["amount"]!).ShouldBe(0);
    }

    [Fact]
    public async Task The_truth_agrees_with_the_books()
    {
        var intent = await PayAsync("pm_card_visa", "manual");
        await Raw.PostAsync($"/v1/payment_intents/{intent.Id}/capture", "amount_to_capture=600");
        await Raw.PostAsync("/v1/refunds", $"payment_intent={intent.Id}&amount=100");
        var truth = await sandbox.Control.TruthAsync(Cancel);
        var charge = truth["payment_intents"]!.AsArray().Single(item => (string?)item!["id"] == intent.Id)!["charges"]![0]!;
        ((long)charge["amount"]!, (long)charge["captured"]!, (long)charge["refunded"]!).ShouldBe((1000, 600, 100));
        var net = truth["balance_transactions"]!.AsArray().Where(item => (string?)item!["currency"] == "eur").Sum(item => (long)item!["net"]!);
        ((long)truth["balance"]!["eur"]!).ShouldBe(net);
    }

    [Theory]
    [InlineData(1000, "eur", 40)]
    [InlineData(1999, "eur", 55)]
    [InlineData(100, "eur", 27)]
    [InlineData(99, "eur", 26)]
    [InlineData(10100, "isk", 200)]
    public void The_fee_is_one_and_a_half_percent_rounded_half_up_plus_a_quarter(long amount, string currency, long fee) =>
        PaymentWorkflows.Sandbox.Balances.BalanceBook.ChargeFee(amount, currency).ShouldBe(fee);

    private async Task<RawAnswer> PayAsync(string card, string capture = "automatic")
    {
        var answer = await Raw.PostAsync("/v1/payment_intents", $"amount=1000&currency=eur&confirm=true&payment_method={card}&capture_method={capture}");
        answer.Status.ShouldBe(200, answer.Body.ToJsonString());
        return answer;
    }
}
