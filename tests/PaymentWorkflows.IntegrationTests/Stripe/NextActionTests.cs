using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>What the customer must do, read from whatever the provider calls it, and how a payment without a card ends.</summary>
public sealed class NextActionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Link = "https://pay.example/1";
    private static readonly DateTimeOffset Moment = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Flow, kind and content as the provider sends them (docs.stripe.com/api/payment_intents/object), and what is read.</summary>
    public static TheoryData<string?, string, string, string, string?, string?, bool> Actions => new()
    {
        { "qr_code", "pix_display_qr_code", $$"""{"data":"000201","expires_at":1795000000,"hosted_instructions_url":"{{Link}}","image_url_png":"x","image_url_svg":"x"}""", "qr_code", Link, "000201", true },
        { "qr_code", "paynow_display_qr_code", $$"""{"data":"SG1","hosted_instructions_url":"{{Link}}","image_url_png":"x"}""", "qr_code", Link, "SG1", false },
        { "qr_code", "swish_handle_redirect_or_display_qr_code", $$"""{"hosted_instructions_url":"{{Link}}","mobile_auth_url":"m","qr_code":{"data":"D","image_url_png":"x"} }""", "qr_code", Link, "D", false },
        { "qr_code", "cashapp_handle_redirect_or_display_qr_code", $$"""{"mobile_auth_url":"{{Link}}","qr_code":{"expires_at":1795000000,"image_url_png":"x"} }""", "qr_code", Link, null, true },
        { "redirect", "redirect_to_url", $$"""{"url":"{{Link}}","return_url":"https://shop.example/back"}""", "redirect", Link, null, false },
        { "redirect", "alipay_handle_redirect", $$"""{"native_data":"n","native_url":"n","return_url":"r","url":"{{Link}}"}""", "redirect", Link, null, false },
        { "voucher", "boleto_display_details", $$"""{"expires_at":1795000000,"hosted_voucher_url":"{{Link}}","number":"23790.1","pdf":"p"}""", "voucher", Link, "23790.1", true },
        { "voucher", "oxxo_display_details", $$"""{"expires_after":1795000000,"hosted_voucher_url":"{{Link}}","number":"12345"}""", "voucher", Link, "12345", true },
        { "voucher", "multibanco_display_details", $$"""{"entity":"11249","expires_at":1795000000,"hosted_voucher_url":"{{Link}}","reference":"999"}""", "voucher", Link, "999", true },
        { "app_approval", "blik_authorize", "{}", "app_approval", null, null, false },
        { "bank_debit", "verify_with_microdeposits", $$"""{"arrival_date":1795000000,"hosted_verification_url":"{{Link}}","microdeposit_type":"amounts"}""", "redirect", Link, null, false },
        { "voucher", "a_kind_of_tomorrow", $$"""{"expires_at":1795000000,"hosted_voucher_url":"{{Link}}","number":"7","steps":[1]}""", "voucher", Link, "7", true },
        { "card", "redirect_to_url", $$"""{"url":"{{Link}}","return_url":"r"}""", "three_d_secure", Link, null, false },
        { "card", "use_stripe_sdk", """{"type":"three_d_secure_redirect","source":"src_1"}""", "three_d_secure", null, null, false },
        { null, "redirect_to_url", $$"""{"url":"{{Link}}","return_url":"r"}""", "three_d_secure", Link, null, false },
        { "unheard_of", "redirect_to_url", $$"""{"url":"{{Link}}","return_url":"r"}""", "three_d_secure", Link, null, false },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task The_next_action_is_read_by_its_content_and_named_by_the_flow(string? flow, string kind, string content, string type, string? url, string? data, bool expires)
    {
        var pending = (await ReadAsync("requires_action", flow, $$""","next_action":{"type":"{{kind}}","{{kind}}":{{content}}}""")).ShouldBeOfType<MoneyVerdict.Pending>();
        pending.Action.ShouldBe(new NextAction(type, url, data, expires ? Moment : null));
        pending.Payment.State.ShouldBe(PaymentState.RequiresAction);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"data\":7,\"expires_at\":\"soon\",\"hosted_instructions_url\":null}")]
    [InlineData("{\"expires_at\":99999999999999999}")]
    public async Task Content_that_cannot_be_read_still_tells_that_the_customer_must_act(string content)
    {
        var pending = (await ReadAsync("requires_action", "qr_code", $$""","next_action":{"type":"a_kind_of_tomorrow","a_kind_of_tomorrow":{{content}}}""")).ShouldBeOfType<MoneyVerdict.Pending>();
        pending.Action.ShouldBe(new NextAction("qr_code", null, null, null));
    }

    [Fact]
    public async Task A_known_kind_with_content_of_another_type_is_no_outcome() =>
        (await ReadAsync("requires_action", "qr_code", ""","next_action":{"type":"pix_display_qr_code","pix_display_qr_code":{"data":"0","expires_at":"soon"}}"""))
            .ShouldBeOfType<MoneyVerdict.Unknown>().Cause.ShouldBe(UnknownCause.UnreadableAnswer);

    [Fact]
    public async Task A_payment_that_the_bank_works_on_is_pending_without_an_action() =>
        (await ReadAsync("processing", "bank_debit", "")).ShouldBeOfType<MoneyVerdict.Pending>().Action.ShouldBeNull();

    [Theory]
    [InlineData("payment_intent_payment_attempt_expired", null, "payment_intent_payment_attempt_expired", DeclineCategory.Soft)]
    [InlineData("payment_intent_payment_attempt_failed", null, "payment_intent_payment_attempt_failed", DeclineCategory.Soft)]
    [InlineData("payment_method_customer_decline", null, "payment_method_customer_decline", DeclineCategory.Soft)]
    [InlineData("payment_method_provider_decline", "partner_generic_decline", "partner_generic_decline", DeclineCategory.Soft)]
    [InlineData("payment_method_provider_decline", "payment_limit_exceeded", "payment_limit_exceeded", DeclineCategory.Soft)]
    [InlineData("payment_method_provider_decline", "invalid_billing_agreement", "invalid_billing_agreement", DeclineCategory.Hard)]
    [InlineData("payment_method_provider_decline", "invalid_payment_information", "invalid_payment_information", DeclineCategory.FixData)]
    [InlineData("payment_method_provider_decline", "partner_duplicate_transaction", "partner_duplicate_transaction", DeclineCategory.CheckFirst)]
    public async Task A_failed_payment_without_a_card_is_a_decline_by_its_code(string code, string? declineCode, string expected, DeclineCategory category)
    {
        var decline = declineCode is null ? "" : $"\"decline_code\":\"{declineCode}\",";
        var declined = (await ReadAsync(
            "requires_payment_method", "redirect", $$""","last_payment_error":{"type":"invalid_request_error","code":"{{code}}",{{decline}}"message":"It did not work."}""")).ShouldBeOfType<MoneyVerdict.Declined>();
        (declined.Decline.Code, declined.Decline.Category, declined.Decline.Message).ShouldBe((expected, category, "It did not work."));
        DeclineCatalogue.Codes.ShouldContain(expected);
        declined.Payment.ShouldNotBeNull().State.ShouldBe(PaymentState.Open);
    }

    [Theory]
    [InlineData("partner_high_risk_customer")]
    [InlineData("compliance_violation")]
    [InlineData("lost_or_stolen_card")]
    public void What_the_customer_must_not_learn_is_not_told_without_a_card_either(string code) =>
        DeclineCatalogue.Read(code, null, "The customer is on our list.").Message.ShouldBe("The payment was declined.");

    [Fact]
    public async Task A_card_payment_tells_its_risk_and_the_same_card_by_the_same_name()
    {
        using var adapter = StripeAdapter.For(sandbox.Process);
        var first = (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var second = (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        var other = (await adapter.Payments.SendAsync(Orders.Pay("pm_card_mastercard"), Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>().Payment;
        first.RiskLevel.ShouldBe("normal");
        first.CardFingerprint.ShouldNotBeNull().ShouldBe(second.CardFingerprint);
        other.CardFingerprint.ShouldNotBe(first.CardFingerprint);
    }

    private static async Task<MoneyVerdict> ReadAsync(string status, string? flow, string more)
    {
        var metadata = flow is null ? "{}" : $$"""{"payment_flow":"{{flow}}"}""";
        await using var responder = new Responder(Reply.Of(
            200, $$"""{"id":"pi_1","object":"payment_intent","status":"{{status}}","amount":5000,"amount_capturable":0,"amount_received":0,"currency":"brl","metadata":{{metadata}}{{more}}}"""));
        using var adapter = StripeAdapter.For(responder.Address);
        return await adapter.Payments.ReadAsync("pi_1", Cancel);
    }
}
