using System.Text.Json.Nodes;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Payment methods that are kept for later, with every outcome that keeping one can have.</summary>
public sealed class SetupTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncLifetime
{
    private const string Path = "/v1/setup_intents";

    /// <summary>Gives up what hangs, and not before the sandbox has read it: what was not read is not committed.</summary>
    private readonly StripeAdapter impatient = StripeAdapter.For(sandbox.Process, TimeSpan.FromSeconds(2));

    private readonly StripeAdapter adapter = StripeAdapter.For(sandbox.Process);
    private string customer = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        customer = (await adapter.Customers.EnsureAsync(Orders.Customer(), Orders.NewKey().Value, Cancel)).ShouldBeOfType<CustomerVerdict.Ready>().ProviderCustomerId;

    public async ValueTask DisposeAsync()
    {
        impatient.Dispose();
        adapter.Dispose();
        await sandbox.Control.ClearFaultsAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_kept_card_belongs_to_the_customer_and_the_set_up_is_read_and_found()
    {
        var order = Orders.Setup(customer);
        var kept = (await SendAsync(order)).ShouldBeOfType<SetupVerdict.Succeeded>();
        (await adapter.Setups.ReadAsync(kept.SetupId, Cancel)).ShouldBe(kept);
        (await adapter.Setups.FindAsync(customer, order.Key, Cancel)).ShouldBe(kept);

        var method = (await sandbox.Raw.GetAsync($"/v1/payment_methods/{kept.PaymentMethodId}")).Body;
        ((string?)method["customer"]).ShouldBe(customer);
        var setup = (await TruthAsync(order)).ShouldHaveSingleItem();
        ((string?)setup["usage"], (string?)setup["customer"]).ShouldBe(("off_session", customer));
        setup["metadata"]!.AsObject().Select(entry => entry.Key).ShouldBe(["attempt_key", "transaction_id", "workflow_id", "merchant"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("pm_card_visa_chargeDeclined", "generic_decline", DeclineCategory.Soft)]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", "lost_card", DeclineCategory.Hard)]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", DeclineCategory.FixData)]
    public async Task A_card_that_cannot_be_kept_is_declined(string card, string code, DeclineCategory category)
    {
        var order = Orders.Setup(customer, card);
        var declined = (await SendAsync(order)).ShouldBeOfType<SetupVerdict.Declined>();
        (declined.Decline.Code, declined.Decline.Category).ShouldBe((code, category));
        declined.SetupId.ShouldNotBeNull().ShouldStartWith("seti_");
        (await adapter.Setups.FindAsync(customer, order.Key, Cancel)).ShouldBe(declined);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("fail")]
    public async Task A_card_that_needs_3D_Secure_waits_with_the_page_to_send_the_customer_to(string act)
    {
        var pending = (await SendAsync(Orders.Setup(customer, "pm_card_authenticationRequired", "https://shop.example/back"))).ShouldBeOfType<SetupVerdict.Pending>();
        pending.Action.ShouldNotBeNull().Type.ShouldBe("three_d_secure");
        (await adapter.Setups.ReadAsync(pending.SetupId, Cancel)).ShouldBe(pending);

        using var page = await sandbox.Raw.Http.PostAsync(new Uri(pending.Action.Url + "/" + act), null, Cancel);
        var read = await adapter.Setups.ReadAsync(pending.SetupId, Cancel);
        read.Match(kept => "approve", declined => declined.Decline.Category == DeclineCategory.Authenticate ? "fail" : "?", _ => "?", _ => "?", _ => "?").ShouldBe(act);
    }

    [Fact]
    public async Task What_does_not_exist_is_absent_for_a_look_up_and_a_wrong_request_for_an_act()
    {
        Refusal(await adapter.Setups.ReadAsync("seti_none", Cancel)).ShouldBe((RefusalCause.Absent, "resource_missing"));
        Refusal(await adapter.Setups.FindAsync(customer, Orders.NewKey(), Cancel)).ShouldBe((RefusalCause.Absent, "resource_missing"));
        Refusal(await SendAsync(Orders.Setup("cus_none"))).ShouldBe((RefusalCause.Request, "resource_missing"));
        (await SendAsync(Orders.Setup(customer, "pm_none"))).ShouldBeOfType<SetupVerdict.Declined>().Decline.Category.ShouldBe(DeclineCategory.FixData);
    }

    [Fact]
    public async Task A_canceled_set_up_is_refused_by_its_state()
    {
        var pending = (await SendAsync(Orders.Setup(customer, "pm_card_authenticationRequired"))).ShouldBeOfType<SetupVerdict.Pending>();
        await sandbox.Raw.PostAsync($"{Path}/{pending.SetupId}/cancel");
        Refusal(await adapter.Setups.ReadAsync(pending.SetupId, Cancel)).ShouldBe((RefusalCause.State, "canceled"));
    }

    [Theory]
    [InlineData("commit_then_hang", UnknownCause.Timeout)]
    [InlineData("commit_then_reset", UnknownCause.ConnectionLost)]
    public async Task An_answer_that_never_came_is_unknown_and_look_up_and_same_key_tell_the_truth(string kind, UnknownCause cause)
    {
        var order = Orders.Setup(customer);
        await sandbox.Control.AddFaultAsync(new { kind, match = new { method = "POST", path = Path } }, Cancel);
        (await (cause == UnknownCause.Timeout ? impatient : adapter).Setups.SetUpAsync(order, order.Key.Value, Cancel)).ShouldBeOfType<SetupVerdict.Unknown>().Cause.ShouldBe(cause);
        var found = (await adapter.Setups.FindAsync(customer, order.Key, Cancel)).ShouldBeOfType<SetupVerdict.Succeeded>();
        (await SendAsync(order)).ShouldBe(found);
        (await TruthAsync(order)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_set_up_that_is_turned_away_is_busy()
    {
        var order = Orders.Setup(customer);
        await sandbox.Control.AddFaultAsync(new { kind = "lock_timeout", match = new { method = "POST", path = Path } }, Cancel);
        (await Should.ThrowAsync<ProviderBusyException>(() => SendAsync(order))).Code.ShouldBe("lock_timeout");
        (await TruthAsync(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_kept_card_pays_while_the_customer_is_away()
    {
        var kept = (await SendAsync(Orders.Setup(customer))).ShouldBeOfType<SetupVerdict.Succeeded>();
        var paid = await sandbox.Raw.PostAsync("/v1/payment_intents", $"amount=900&currency=eur&customer={customer}&payment_method={kept.PaymentMethodId}&confirm=true&off_session=true");
        (paid.Status, paid.Text("status")).ShouldBe((200, "succeeded"));
    }

    private static (RefusalCause Cause, string Code) Refusal(SetupVerdict verdict)
    {
        var refused = verdict.ShouldBeOfType<SetupVerdict.NotAttempted>();
        return (refused.Cause, refused.Code);
    }

    private Task<SetupVerdict> SendAsync(SetupOrder order) => adapter.Setups.SetUpAsync(order, order.Key.Value, Cancel);

    private async Task<IReadOnlyList<JsonNode>> TruthAsync(SetupOrder order) =>
        [.. (await sandbox.Control.TruthAsync(Cancel))["setup_intents"]!.AsArray().Where(item => (string?)item!["metadata"]?["attempt_key"] == order.Key.Value).Select(item => item!)];
}
