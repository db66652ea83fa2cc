using System.Text.Json;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>Refunds as their callers see them.</summary>
public sealed class RefundTests : IAsyncLifetime
{
    private const long Captured = 3998;
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync()
    {
        gateway = await RunningGateway.StartAsync();
        gateway.Refunds.OnStart = view => view with { Status = RefundStatus.Succeeded, ProviderRefundId = "re_1" };
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task A_refund_is_reserved_started_and_answered_with_its_outcome()
    {
        var checkout = await CheckoutAsync();
        var answer = await gateway.PostAsync("/v1/refunds", $$$"""{"checkout":"{{{checkout}}}","amount":1000,"reason":"duplicate","metadata":{"ticket":"7"}}""");
        answer.Status.ShouldBe(201);
        answer.Json.EnumerateObject().Select(field => field.Name).ShouldBe(
            ["id", "object", "checkout", "transaction_id", "workflow_id", "merchant", "status", "held", "amount", "currency", "amount_tax", "reason", "origin", "failure", "provider_id", "created_at", "completed_at", "metadata", "steps"]);
        (answer.Text("object"), answer.Text("checkout"), answer.Text("status"), answer.Text("reason"), answer.Text("currency")).ShouldBe(("refund", checkout, "succeeded", "duplicate", "eur"));
        answer.Json.GetProperty("amount").GetInt64().ShouldBe(1000);
        var row = gateway.Refunds.Rows.ShouldHaveSingleItem();
        answer.Text("id").ShouldBe(row.Id.ToString());
        answer.Text("workflow_id").ShouldBe($"refund/{row.Id}");
        answer.Headers["Transaction-Id"].ShouldBe(gateway.Checkouts.Rows[0].TransactionId.ToString());
        row.Input.Metadata!["ticket"].ShouldBe("7");
        gateway.Refunds.Started.ShouldHaveSingleItem().Id.ShouldBe(row.Id);

        (await gateway.GetAsync($"/v1/refunds/{row.Id}")).Body.ShouldBe(answer.Body);
    }

    [Fact]
    public async Task Without_an_amount_all_that_is_left_goes_back_and_then_nothing_is_left()
    {
        var checkout = await CheckoutAsync();
        await RefundAsync(checkout, 1000);
        var rest = await RefundAsync(checkout, null);
        rest.Json.GetProperty("amount").GetInt64().ShouldBe(Captured - 1000);
        var more = await RefundAsync(checkout, null);
        (more.Status, more.Code, more.Param).ShouldBe((400, "amount_too_large", "amount"));
        more.Error.GetProperty("available").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task More_than_is_left_is_refused_with_what_is_available()
    {
        var checkout = await CheckoutAsync();
        await RefundAsync(checkout, 1000);
        var answer = await RefundAsync(checkout, 2999);
        (answer.Status, answer.Code, answer.Param).ShouldBe((400, "amount_too_large", "amount"));
        answer.Error.GetProperty("available").GetInt64().ShouldBe(2998);
        gateway.Refunds.Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_gets_the_same_answer_and_one_refund()
    {
        var checkout = await CheckoutAsync();
        var body = $$$"""{"checkout":"{{{checkout}}}","amount":1000}""";
        var first = await gateway.PostAsync("/v1/refunds", body, key: "refund-1");
        var second = await gateway.PostAsync("/v1/refunds", body, key: "refund-1");
        (second.Status, second.Body).ShouldBe((first.Status, first.Body));
        second.Headers["Idempotent-Replayed"].ShouldBe("true");
        gateway.Refunds.Rows.Count.ShouldBe(1);
        var other = await gateway.PostAsync("/v1/refunds", $$$"""{"checkout":"{{{checkout}}}","amount":999}""", key: "refund-1");
        (other.Status, other.Code).ShouldBe((400, "idempotency_key_reused"));
    }

    [Fact]
    public async Task A_refusal_is_what_a_repeat_of_its_key_gets()
    {
        var checkout = await CheckoutAsync();
        var body = $$$"""{"checkout":"{{{checkout}}}","amount":9999}""";
        (await gateway.PostAsync("/v1/refunds", body, key: "refund-1")).Status.ShouldBe(400);
        var again = await gateway.PostAsync("/v1/refunds", body, key: "refund-1");
        (again.Status, again.Code, again.Headers["Idempotent-Replayed"]).ShouldBe((400, "amount_too_large", "true"));
    }

    [Theory]
    [InlineData("""{}""", "parameter_missing", "checkout")]
    [InlineData("""{"checkout":"nonsense"}""", "parameter_invalid", "checkout")]
    [InlineData("""{"checkout":"chk_1","amount":0}""", "parameter_invalid", "amount")]
    [InlineData("""{"checkout":"chk_1","amount":1.5}""", "parameter_invalid_type", "amount")]
    [InlineData("""{"checkout":"chk_1","reason":"because"}""", "parameter_invalid", "reason")]
    [InlineData("""{"checkout":"chk_1","currency":"eur"}""", "parameter_unknown", "currency")]
    [InlineData("""{"checkout":"chk_1","metadata":{"attempt_key":"x"}}""", "metadata_invalid", "metadata.attempt_key")]
    [InlineData("""{"checkout":"chk_1","wait_ms":30001}""", "parameter_invalid", "wait_ms")]
    public async Task A_wrong_request_is_refused(string body, string code, string param)
    {
        var answer = await gateway.PostAsync("/v1/refunds", body);
        (answer.Status, answer.Code, answer.Param).ShouldBe((400, code, param));
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        var answer = await gateway.PostAsync("/v1/refunds", """{"checkout":"chk_nobody"}""");
        (answer.Status, answer.Code, answer.Param).ShouldBe((404, "resource_missing", "checkout"));
        (await gateway.GetAsync("/v1/refunds/ref_nobody")).Status.ShouldBe(404);
        (await gateway.GetAsync("/v1/refunds/nonsense")).Code.ShouldBe("resource_missing");
    }

    [Theory]
    [InlineData(CheckoutStatus.RequiresCapture)]
    [InlineData(CheckoutStatus.Processing)]
    [InlineData(CheckoutStatus.Declined)]
    public async Task Before_capture_nothing_can_be_refunded(CheckoutStatus status)
    {
        var checkout = await CheckoutAsync(view => view with { Status = status, AmountCaptured = 0 });
        var answer = await RefundAsync(checkout, null);
        (answer.Status, answer.Code).ShouldBe((409, "checkout_state_invalid"));
        answer.Error.GetProperty("message").GetString()!.ShouldContain("completed");
    }

    [Theory]
    [InlineData(null, "refund_not_allowed", 409)]
    [InlineData(0, "refund_not_allowed", 409)]
    [InlineData(90, "parameter_invalid", 400)]
    public async Task The_methods_own_rules_refuse_before_anything_is_sent(int? windowDays, string code, int status)
    {
        var checkout = await CheckoutAsync();
        var refunds = windowDays is { } days ? new RefundTraits(Partial: false, TimeSpan.FromDays(days)) : null;
        gateway.Checkouts.Replace(CheckoutId.Parse(checkout), row => row with { Input = row.Input with { Method = row.Input.Method! with { Refunds = refunds } } });
        var answer = await RefundAsync(checkout, 1);
        (answer.Status, answer.Code).ShouldBe((status, code));
        gateway.Refunds.Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pending_refund_is_an_answer_and_a_held_one_says_why()
    {
        var checkout = await CheckoutAsync();
        gateway.Refunds.OnStart = view => view with { Status = RefundStatus.Pending };
        (await RefundAsync(checkout, 1)).Text("status").ShouldBe("pending");
        gateway.Refunds.OnStart = view => view with
        {
            Failure = new RefundFailure("charge_disputed", "It is disputed."),
            Held = new HeldView("refund", HoldReason.RefundFailed, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "payment-operations", [HoldAction.Retry], "inner message"),
        };
        var held = await RefundAsync(checkout, 1);
        held.Text("status").ShouldBe("processing");
        held.Json.GetProperty("failure").GetRawText().ShouldBe("""{"code":"charge_disputed","message":"It is disputed."}""");
        held.Json.GetProperty("held").GetProperty("reason").GetString().ShouldBe("refund_failed");
    }

    [Fact]
    public async Task Accepted_means_started_when_the_engine_is_down_the_sweeper_starts_it()
    {
        var checkout = await CheckoutAsync();
        gateway.Refunds.StartFault = new TimeoutException("The engine is down.");
        (await RefundAsync(checkout, null)).Text("status").ShouldBe("processing");
        gateway.Refunds.Started.ShouldBeEmpty();
        gateway.Refunds.StartFault = null;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (gateway.Refunds.Rows.Single().StartedAt is null)
        {
            await Task.Delay(50, patience.Token);
        }

        gateway.Refunds.Started.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_list_is_filtered_and_wrong_filters_are_refused()
    {
        var checkout = await CheckoutAsync();
        await RefundAsync(checkout, 1);
        await RefundAsync(checkout, 2);
        var list = await gateway.GetAsync($"/v1/refunds?checkout={checkout}&status=succeeded&held=false&limit=5");
        (list.Text("object"), list.Text("url"), list.Json.GetProperty("has_more").GetBoolean()).ShouldBe(("list", "/v1/refunds", false));
        list.Json.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("amount").GetInt64()).ShouldBe([2, 1]);
        gateway.Refunds.LastQuery.ShouldNotBeNull().ShouldSatisfyAllConditions(
            query => query.Checkout!.Value.ToString().ShouldBe(checkout), query => query.Status.ShouldBe(RefundStatus.Succeeded), query => query.Held.ShouldBe(false), query => query.Limit.ShouldBe(5));
        foreach (var wrong in new[] { "status=paid", "held=yes", "limit=0", "checkout=x", "order=1", "starting_after=ref_nobody" })
        {
            (await gateway.GetAsync($"/v1/refunds?{wrong}")).Status.ShouldBe(400, wrong);
        }
    }

    [Fact]
    public async Task Money_that_comes_back_of_an_ended_refund_starts_its_workflow_again()
    {
        var checkout = await CheckoutAsync();
        var refund = (await RefundAsync(checkout, null)).Text("id");
        gateway.Engine.Signal = _ => false;
        await gateway.WebhookAsync($"evt_1|refund.updated|refund/{refund}");
        (await gateway.Inbox.EndOf("evt_1")).ShouldSatisfyAllConditions(end => end.What.ShouldBe("Ignored"), end => end.Detail.ShouldBe("The refund is succeeded already."));
        await gateway.WebhookAsync($"evt_2|refund.failed|refund/{refund}");
        (await gateway.Inbox.EndOf("evt_2")).What.ShouldBe("Signaled");
        gateway.Refunds.Reopened.ShouldBe([($"refund/{refund}", "evt_2")]);
        await gateway.WebhookAsync("evt_3|refund.failed|refund/ref_nobody");
        (await gateway.Inbox.EndOf("evt_3")).What.ShouldBe("Ignored");
    }

    [Fact]
    public async Task The_document_describes_refunds()
    {
        var paths = (await gateway.GetAsync("/openapi/v1.json")).Json.GetProperty("paths");
        paths.GetProperty("/v1/refunds").EnumerateObject().Select(one => one.Name).ShouldBe(["get", "post"], ignoreOrder: true);
        paths.GetProperty("/v1/refunds/{id}").GetProperty("get").GetProperty("operationId").GetString().ShouldBe("getRefund");
        (await gateway.GetAsync("/docs/errors")).Body.ShouldContain("## refund_not_allowed");
    }

    private Task<Answer> RefundAsync(string checkout, long? amount) =>
        gateway.PostAsync("/v1/refunds", JsonSerializer.Serialize(new { checkout, amount }));

    private async Task<string> CheckoutAsync(Func<CheckoutView, CheckoutView>? change = null)
    {
        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        var id = created.Text("id");
        gateway.Checkouts.Set(CheckoutId.Parse(id), view => (change ?? (one => one))(view with { Status = CheckoutStatus.Completed, AmountCaptured = Captured }));
        return id;
    }
}
