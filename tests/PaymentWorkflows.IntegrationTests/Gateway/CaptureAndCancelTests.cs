using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class CaptureAndCancelTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task A_capture_takes_the_asked_amount_and_answers_with_the_new_status()
    {
        var path = await CheckoutIn(CheckoutStatus.RequiresCapture);
        gateway.Engine.OnCapture = view => view with { Status = CheckoutStatus.Completed, AmountCaptured = 1000 };
        var answer = await gateway.PostAsync($"{path}/capture", """{"amount":1000}""");
        (answer.Status, answer.Text("status")).ShouldBe((200, "completed"));
        gateway.Engine.CapturedAmount.ShouldBe(1000);
    }

    [Fact]
    public async Task A_capture_without_a_body_takes_all()
    {
        var path = await CheckoutIn(CheckoutStatus.RequiresCapture);
        gateway.Engine.OnCapture = view => view with { Status = CheckoutStatus.Completed, AmountCaptured = 3998 };
        var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/capture");
        request.Headers.Add("Idempotency-Key", "k");
        (await gateway.SendAsync(request)).Status.ShouldBe(200);
        gateway.Engine.CapturedAmount.ShouldBeNull();
    }

    [Fact]
    public async Task A_capture_that_another_capture_beat_is_told_so()
    {
        var path = await CheckoutIn(CheckoutStatus.RequiresCapture);
        gateway.Engine.OnCapture = view => view with { Status = CheckoutStatus.Completed, AmountCaptured = 1000 };
        var answer = await gateway.PostAsync($"{path}/capture", """{"amount":2000}""");
        (answer.Status, answer.Code).ShouldBe((409, "checkout_state_invalid"));
    }

    [Theory]
    [InlineData(1000, "{\"amount\":1000}", 200)]
    [InlineData(3998, "{}", 200)]
    [InlineData(1000, "{}", 409)]
    [InlineData(3998, "{\"amount\":1000}", 409)]
    public async Task A_capture_that_has_been_made_is_answered_as_made(long captured, string body, int status)
    {
        var path = await CheckoutIn(CheckoutStatus.RequiresCapture, created => created["capture"] = "manual");
        gateway.Checkouts.Set(gateway.Checkouts.Rows[0].Id, view => view with { Status = CheckoutStatus.Completed, AmountCaptured = captured });
        (await gateway.PostAsync($"{path}/capture", body)).Status.ShouldBe(status);
        gateway.Engine.CapturedAmount.ShouldBeNull();
    }

    [Fact]
    public async Task More_than_is_authorized_cannot_be_captured()
    {
        var path = await CheckoutIn(CheckoutStatus.RequiresCapture);
        var answer = await gateway.PostAsync($"{path}/capture", """{"amount":3999}""");
        (answer.Status, answer.Code, answer.Error.GetProperty("available").GetInt64()).ShouldBe((400, "amount_too_large", 3998));
    }

    [Theory]
    [InlineData("""{"amount":0}""", "parameter_invalid")]
    [InlineData("""{"amount":"1"}""", "parameter_invalid_type")]
    [InlineData("""{"amounts":1}""", "parameter_unknown")]
    public async Task A_wrong_capture_is_refused(string body, string code)
    {
        var path = await CheckoutIn(CheckoutStatus.RequiresCapture);
        var answer = await gateway.PostAsync($"{path}/capture", body);
        (answer.Status, answer.Code).ShouldBe((400, code));
    }

    [Theory]
    [InlineData(CheckoutStatus.Processing)]
    [InlineData(CheckoutStatus.Completed)]
    [InlineData(CheckoutStatus.Canceled)]
    public async Task Only_a_checkout_that_requires_capture_can_be_captured(CheckoutStatus status)
    {
        var path = await CheckoutIn(status);
        var answer = await gateway.PostAsync($"{path}/capture", "{}");
        (answer.Status, answer.Code).ShouldBe((409, "checkout_state_invalid"));
        answer.Error.GetProperty("message").GetString()!.ShouldContain("requires_capture");
    }

    [Theory]
    [InlineData(CheckoutStatus.Processing)]
    [InlineData(CheckoutStatus.RequiresAction)]
    [InlineData(CheckoutStatus.Authorized)]
    [InlineData(CheckoutStatus.RequiresCapture)]
    [InlineData(CheckoutStatus.Completed)]
    public async Task A_checkout_can_be_canceled_in_any_state_that_can_be_undone(CheckoutStatus status)
    {
        var path = await CheckoutIn(status);
        gateway.Engine.OnCancel = view => view with { Status = CheckoutStatus.Canceled };
        var answer = await gateway.PostAsync($"{path}/cancel", """{"reason":"changed my mind"}""");
        (answer.Status, answer.Text("status")).ShouldBe((200, "canceled"));
        var line = gateway.Checkouts.Audit.ShouldHaveSingleItem();
        (line.Event, line.Reason).ShouldBe(("checkout.cancel_requested", "changed my mind"));
        line.Actor.ShouldNotBeNull().ShouldStartWith("api_key:");
    }

    [Fact]
    public async Task Cancelling_stops_waiting_when_a_person_is_needed()
    {
        var path = await CheckoutIn(CheckoutStatus.Completed);
        gateway.Engine.OnCancel = view => view with
        {
            Held = new HeldView("undo", HoldReason.CompensationFailed, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "payment-operations", [HoldAction.Retry, HoldAction.ExtendDeadline], "inner message"),
        };
        var answer = await gateway.PostAsync($"{path}/cancel", """{"reason":"x"}""");
        answer.Text("status").ShouldBe("completed");
        answer.Json.GetProperty("held").GetRawText().ShouldBe(
            """{"reason":"compensation_failed","since":"1970-01-01T00:00:00.000Z","deadline":"1970-01-01T00:00:00.000Z","owner":"payment-operations","actions":["retry","extend_deadline"],"id":"undo","level":0}""");
    }

    [Fact]
    public async Task A_canceled_checkout_is_answered_as_it_is()
    {
        var path = await CheckoutIn(CheckoutStatus.Canceled);
        gateway.Engine.OnCancel = _ => throw new InvalidOperationException("must not be told");
        (await gateway.PostAsync($"{path}/cancel", """{"reason":"x"}""")).Status.ShouldBe(200);
        gateway.Checkouts.Audit.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CheckoutStatus.Declined)]
    [InlineData(CheckoutStatus.Expired)]
    [InlineData(CheckoutStatus.Failed)]
    public async Task What_never_moved_money_cannot_be_canceled(CheckoutStatus status)
    {
        var path = await CheckoutIn(status);
        var answer = await gateway.PostAsync($"{path}/cancel", """{"reason":"x"}""");
        (answer.Status, answer.Code).ShouldBe((409, "checkout_state_invalid"));
    }

    [Theory]
    [InlineData("{}", "parameter_missing")]
    [InlineData("""{"reason":""}""", "parameter_invalid")]
    public async Task A_cancellation_needs_a_reason(string body, string code)
    {
        var path = await CheckoutIn(CheckoutStatus.Processing);
        var answer = await gateway.PostAsync($"{path}/cancel", body);
        (answer.Status, answer.Code, answer.Param).ShouldBe((400, code, "reason"));
    }

    [Theory]
    [InlineData("/v1/checkouts/chk_nobody/cancel", """{"reason":"x"}""")]
    [InlineData("/v1/checkouts/nonsense/capture", "{}")]
    public async Task An_unknown_checkout_is_404(string path, string body)
    {
        var answer = await gateway.PostAsync(path, body);
        (answer.Status, answer.Code).ShouldBe((404, "resource_missing"));
    }

    private async Task<string> CheckoutIn(CheckoutStatus status, Action<JsonObject>? asked = null)
    {
        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create(asked));
        gateway.Checkouts.Set(gateway.Checkouts.Rows[0].Id, view => view with { Status = status });
        return $"/v1/checkouts/{created.Text("id")}";
    }
}
