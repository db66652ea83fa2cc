using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

/// <summary>Events of payments whose checkout has ended.</summary>
public sealed class LatePaymentTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Theory]
    [InlineData(CheckoutStatus.Expired)]
    [InlineData(CheckoutStatus.Canceled)]
    [InlineData(CheckoutStatus.Declined)]
    [InlineData(CheckoutStatus.Failed)]
    public async Task Money_of_a_checkout_that_ended_without_any_is_taken_up(CheckoutStatus status)
    {
        var checkout = await EndedAsync(status, captured: 0);
        await gateway.WebhookAsync($"evt_1|paid|checkout/acme/ord_1|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).ShouldBe(("Signaled", "late-payment/pi_1", default), TupleWithoutTime.Instance);
        gateway.Engine.TakenUp.ShouldBe([(checkout, "pi_1")]);
        gateway.Engine.Signals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CheckoutStatus.Completed, 3998)]
    [InlineData(CheckoutStatus.Canceled, 3998)]
    public async Task An_event_of_money_that_is_known_is_ignored(CheckoutStatus status, long captured)
    {
        var checkout = await EndedAsync(status, captured);
        await gateway.WebhookAsync($"evt_1|paid|checkout/acme/ord_1|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe("Ignored");
        gateway.Engine.TakenUp.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CheckoutStatus.Completed)]
    [InlineData(CheckoutStatus.Canceled)]
    public async Task A_second_payment_beside_the_one_that_the_checkout_took_is_taken_up(CheckoutStatus status)
    {
        var checkout = await EndedAsync(status, captured: 3998, payment: "pi_of_the_row");
        await gateway.WebhookAsync($"evt_1|landed|checkout/acme/ord_1|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe("Signaled");
        gateway.Engine.TakenUp.ShouldBe([(checkout, "pi_1")]);
    }

    [Fact]
    public async Task An_event_that_tells_of_no_money_is_ignored_once_the_checkout_has_ended()
    {
        var checkout = await EndedAsync(CheckoutStatus.Expired, captured: 0);
        await gateway.WebhookAsync($"evt_1|canceled|checkout/acme/ord_1|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe("Ignored");
        gateway.Engine.TakenUp.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CheckoutStatus.RequiresAction, false, "Postponed")]
    [InlineData(CheckoutStatus.Processing, true, "Postponed")]
    [InlineData(CheckoutStatus.Processing, false, "Postponed")]
    [InlineData(CheckoutStatus.RequiresCapture, false, "Ignored")]
    public async Task Money_that_is_told_while_its_checkout_may_still_end_without_it_waits_for_that_end(CheckoutStatus status, bool awaitsProvider, string becomes)
    {
        gateway.Engine.OnStart = view => view with { Status = status, AwaitsProvider = awaitsProvider };
        var checkout = (await gateway.PostAsync("/v1/checkouts", Bodies.Create())).Text("id");
        await gateway.WebhookAsync($"evt_1|landed|checkout/acme/ord_1|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe(becomes);
        gateway.Engine.TakenUp.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("refund.failed", "late-payment/pi_1", "Signaled")]
    [InlineData("refund.updated", "late-payment/pi_1", "Ignored")]
    [InlineData("refund.failed", "late-payment/pi_other", "Ignored")]
    public async Task A_second_payment_that_came_back_after_its_workflow_had_ended_is_taken_up_once_more(string type, string workflow, string becomes)
    {
        var checkout = await EndedAsync(CheckoutStatus.Completed, captured: 3998, payment: "pi_of_the_row");
        gateway.Engine.Signal = _ => false;
        await gateway.WebhookAsync($"evt_1|{type}|{workflow}|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe(becomes);
        gateway.Engine.TakenUp.ShouldBe(becomes == "Signaled" ? [(checkout, "pi_1")] : []);
    }

    [Theory]
    [InlineData("pi_1", "Ignored")]
    [InlineData("pi_of_the_row", "Postponed")]
    public async Task A_second_payment_waits_for_the_end_of_a_checkout_that_has_one_reserved(string payment, string becomes)
    {
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.RequiresCapture, Payment = new PaymentReference("stripe", payment, "card") };
        var checkout = (await gateway.PostAsync("/v1/checkouts", Bodies.Create())).Text("id");
        await gateway.WebhookAsync($"evt_1|landed|checkout/acme/ord_1|{checkout}");
        (await gateway.Inbox.EndOf("evt_1")).What.ShouldBe(becomes);
    }

    private async Task<string> EndedAsync(CheckoutStatus status, long captured, string payment = "pi_1")
    {
        gateway.Engine.OnStart = view => view with { Status = status, AmountCaptured = captured, Payment = captured > 0 ? new PaymentReference("stripe", payment, "card") : null };
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        return CheckoutId.Parse(answer.Text("id")).Value;
    }

    private sealed class TupleWithoutTime : IEqualityComparer<(string What, string? Detail, DateTimeOffset At)>
    {
        public static TupleWithoutTime Instance { get; } = new();

        public bool Equals((string What, string? Detail, DateTimeOffset At) x, (string What, string? Detail, DateTimeOffset At) y) => (x.What, x.Detail) == (y.What, y.Detail);

        public int GetHashCode((string What, string? Detail, DateTimeOffset At) obj) => HashCode.Combine(obj.What, obj.Detail);
    }
}
