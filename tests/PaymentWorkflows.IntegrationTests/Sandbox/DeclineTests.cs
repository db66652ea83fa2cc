using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Cards;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Every row of the table of declining test cards, and every decline code.</summary>
public sealed class DeclineTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    public static TheoryData<string, string, string?, string?, string?> Rows => new()
    {
        { "pm_card_visa_chargeDeclined", "card_declined", "generic_decline", "try_again_later", "01" },
        { "pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", "try_again_later", "51" },
        { "pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again", "41" },
        { "pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again", "43" },
        { "pm_card_chargeDeclinedExpiredCard", "expired_card", null, "confirm_card_data", "54" },
        { "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", null, "confirm_card_data", "82" },
        { "pm_card_chargeDeclinedProcessingError", "processing_error", null, "try_again_later", "96" },
        { "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded", "try_again_later", "61" },
        { "pm_card_visa_chargeDeclinedFraudulent", "card_declined", "fraudulent", "do_not_try_again", "59" },
        { "pm_card_chargeCustomerFail", "card_declined", "generic_decline", "try_again_later", "01" },
        { "pm_card_visa_chargeCustomerFailLostCard", "card_declined", "lost_card", "do_not_try_again", "41" },
        { "pm_card_radarBlock", "card_declined", "fraudulent", null, null },
        { "pm_card_threeDSecureRequiredProcessingError", "card_declined", "generic_decline", "try_again_later", "01" },
    };

    public static TheoryData<string> AllDeclines => [.. Declines.All.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_declining_card_answers_402_and_leaves_the_payment_open(string card, string code, string? declineCode, string? advice, string? network)
    {
        var answer = await PayAsync(card);
        answer.Status.ShouldBe(402);
        var error = answer.Error;
        ((string?)error["type"], (string?)error["code"], (string?)error["decline_code"]).ShouldBe(("card_error", code, declineCode));
        ((string?)error["advice_code"], (string?)error["network_decline_code"]).ShouldBe((advice, network));
        error["message"]!.ToString().ShouldNotBeEmpty();

        var intent = (await sandbox.Raw.GetAsync($"/v1/payment_intents/{error["payment_intent"]!["id"]}?expand[]=latest_charge")).Body;
        ((string?)intent["status"]).ShouldBe("requires_payment_method");
        ((string?)intent["last_payment_error"]!["code"]).ShouldBe(code);
        var charge = (JsonObject)intent["latest_charge"]!;
        ((string?)charge["id"], (string?)charge["status"], (string?)charge["failure_code"]).ShouldBe(((string?)error["charge"], "failed", code));
        var outcome = charge["outcome"]!;
        ((string?)outcome["type"]).ShouldBe(network is null ? "blocked" : "issuer_declined");
        ((string?)outcome["network_decline_code"], (string?)outcome["advice_code"]).ShouldBe((network, advice));
        ((bool)charge["paid"]!).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(AllDeclines))]
    public async Task Each_decline_code_can_be_reached_by_its_own_alias(string name)
    {
        var answer = await PayAsync($"pm_card_decline_{name}");
        answer.Status.ShouldBe(402);
        (((string?)answer.Error["decline_code"]) ?? (string?)answer.Error["code"]).ShouldBe(name);
    }

    [Fact]
    public void The_table_has_every_card_code_that_the_provider_lists()
    {
        // docs.stripe.com/declines/codes, cards.
        string[] listed =
        [
            "approve_with_id", "authentication_not_handled", "authentication_required", "call_issuer", "card_not_supported", "card_velocity_exceeded",
            "currency_not_supported", "do_not_honor", "do_not_try_again", "duplicate_transaction", "expired_card", "fraudulent", "generic_decline",
            "highest_risk_level", "incorrect_address", "incorrect_cvc", "incorrect_number", "incorrect_pin", "incorrect_zip", "insufficient_funds",
            "invalid_account", "invalid_amount", "invalid_cvc", "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "invalid_pin",
            "issuer_not_available", "lost_card", "merchant_blacklist", "mobile_device_authentication_required", "new_account_information_available",
            "no_action_taken", "not_permitted", "offline_pin_required", "online_or_offline_pin_required", "pickup_card", "pin_try_exceeded",
            "processing_error", "reenter_transaction", "restricted_card", "revocation_of_all_authorizations", "revocation_of_authorization",
            "security_violation", "service_not_allowed", "stolen_card", "stop_payment_order", "testmode_decline", "transaction_not_allowed",
            "try_again_later", "withdrawal_count_limit_exceeded",
        ];
        listed.Except(Declines.All.Keys).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("4242424242424241", "incorrect_number", null)]
    [InlineData("4000000000009995", "card_declined", "insufficient_funds")]
    [InlineData("4000000000000069", "expired_card", null)]
    [InlineData("4111111111111111", "card_declined", "test_mode_live_card")]
    public async Task A_card_number_behaves_as_its_alias(string number, string code, string? declineCode)
    {
        var answer = await sandbox.Raw.PostAsync(
            "/v1/payment_intents",
            $"amount=1000&currency=eur&confirm=true&payment_method_data[type]=card&payment_method_data[card][number]={number}&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2040&payment_method_data[card][cvc]=123");
        answer.Status.ShouldBe(402, answer.Body.ToJsonString());
        ((string?)answer.Error["code"], (string?)answer.Error["decline_code"]).ShouldBe((code, declineCode));
    }

    [Fact]
    public async Task A_declining_card_cannot_be_attached_but_the_customer_fail_card_can()
    {
        var customer = await sandbox.Raw.PostAsync("/v1/customers");
        (await sandbox.Raw.PostAsync("/v1/payment_methods/pm_card_chargeDeclined/attach", $"customer={customer.Id}")).Status.ShouldBe(402);
        (await sandbox.Raw.PostAsync("/v1/payment_methods/pm_card_chargeCustomerFail/attach", $"customer={customer.Id}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Authentication_that_is_followed_by_a_decline_reports_the_decline()
    {
        var intent = await PayAsync("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds");
        intent.Text("status").ShouldBe("requires_action");
        using var page = await sandbox.Raw.Http.PostAsync($"/3d_secure/{intent.Id}/approve", null, TestContext.Current.CancellationToken);
        var read = await sandbox.Raw.GetAsync($"/v1/payment_intents/{intent.Id}");
        (read.Text("status"), (string?)read.Body["last_payment_error"]!["decline_code"]).ShouldBe(("requires_payment_method", "insufficient_funds"));
    }

    private Task<RawAnswer> PayAsync(string card) =>
        sandbox.Raw.PostAsync("/v1/payment_intents", $"amount=1000&currency=eur&confirm=true&payment_method={card}");
}
