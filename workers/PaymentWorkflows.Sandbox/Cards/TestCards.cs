namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>
/// The table of test cards of docs.stripe.com/testing. <c>pm_card_NAME</c> and <c>tok_NAME</c> are aliases of the same row.
/// <c>decline_NAME</c> is the sandbox's own addition: it declines with any code of <see cref="Declines"/>.
/// </summary>
internal static class TestCards
{
    private static readonly List<TestCard> Rows = [.. Plain(), .. Declining(), .. Checked(), .. Disputed(), .. Authenticating(), .. Additions()];

    private static readonly Dictionary<string, TestCard> ByAlias = Rows.ToDictionary(card => card.Alias, StringComparer.Ordinal);

    // Several aliases share a number: the first one stands for it.
    private static readonly Dictionary<string, TestCard> ByNumber =
        Rows.GroupBy(card => card.Number).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    public static IReadOnlyList<TestCard> All => Rows;

    /// <summary>Finds a card by <c>pm_card_...</c>, <c>tok_...</c> or the bare alias.</summary>
    public static TestCard? Find(string name)
    {
        var alias = name.StartsWith("pm_card_", StringComparison.Ordinal) ? name[8..] : name.StartsWith("tok_", StringComparison.Ordinal) ? name[4..] : name;
        return ByAlias.GetValueOrDefault(alias);
    }

    public static TestCard? FindNumber(string number) => ByNumber.GetValueOrDefault(number);

    /// <summary>The check digit rule of ISO/IEC 7812.</summary>
    public static bool PassesCheckDigit(string number)
    {
        var sum = 0;
        for (var index = 0; index < number.Length; index++)
        {
            if (!char.IsAsciiDigit(number[^(index + 1)]))
            {
                return false;
            }

            var digit = number[^(index + 1)] - '0';
            sum += index % 2 == 0 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }

        return number.Length >= 12 && sum % 10 == 0;
    }

    private static IEnumerable<TestCard> Plain()
    {
        yield return new("visa", "4242424242424242");
        yield return new("visa_debit", "4000056655665556") { Funding = "debit" };
        yield return new("mastercard", "5555555555554444") { Brand = "mastercard" };
        yield return new("mastercard_debit", "5200828282828210") { Brand = "mastercard", Funding = "debit" };
        yield return new("mastercard_prepaid", "5105105105105100") { Brand = "mastercard", Funding = "prepaid" };
        yield return new("amex", "378282246310005") { Brand = "amex" };
        yield return new("discover", "6011111111111117") { Brand = "discover" };
        yield return new("diners", "3056930009020004") { Brand = "diners" };
        yield return new("jcb", "3566002020360505") { Brand = "jcb", Country = "JP" };
        yield return new("unionpay", "6200000000000005") { Brand = "unionpay", Country = "CN" };
        yield return new("de", "4000002760000016") { Country = "DE" };
        yield return new("fr", "4000002500000003") { Country = "FR" };
        yield return new("gb", "4000008260000000") { Country = "GB" };
        yield return new("br", "4000000760000002") { Country = "BR" };
        yield return new("nl", "4000005280000002") { Country = "NL" };
        yield return new("sg", "4000007020000003") { Country = "SG" };
        yield return new("bypassPending", "4000000000000077") { BypassesPending = true };
        yield return new("bypassPendingInternational", "4000003720000278") { BypassesPending = true, Country = "IE" };
        yield return new("pendingRefund", "4000000000007726") { Refunds = RefundBehavior.PendingThenSucceeded };
        yield return new("refundFail", "4000000000005126") { Refunds = RefundBehavior.SucceededThenFailed };
    }

    private static IEnumerable<TestCard> Declining()
    {
        yield return Refused("visa_chargeDeclined", "4000000000000002", "generic_decline");
        yield return Refused("chargeDeclined", "4000000000000002", "generic_decline");
        yield return Refused("visa_chargeDeclinedInsufficientFunds", "4000000000009995", "insufficient_funds");
        yield return Refused("chargeDeclinedInsufficientFunds", "4000000000009995", "insufficient_funds");
        yield return Refused("visa_chargeDeclinedLostCard", "4000000000009987", "lost_card");
        yield return Refused("visa_chargeDeclinedStolenCard", "4000000000009979", "stolen_card");
        yield return Refused("chargeDeclinedExpiredCard", "4000000000000069", "expired_card");
        yield return Refused("chargeDeclinedIncorrectCvc", "4000000000000127", "incorrect_cvc") with { CvcCheck = "fail" };
        yield return Refused("chargeDeclinedProcessingError", "4000000000000119", "processing_error");
        yield return Refused("visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", "card_velocity_exceeded");
        // docs.stripe.com/testing prints expired_card for this token; probes of the real test mode answer fraudulent.
        yield return Refused("visa_chargeDeclinedFraudulent", "4000000000000002", "fraudulent");
        yield return Refused("chargeDeclinedFraudulent", "4000000000000002", "fraudulent");
        yield return Refused("chargeCustomerFail", "4000000000000341", "generic_decline") with { RefusesAttach = false };
        yield return Refused("visa_chargeCustomerFail", "4000000000000341", "generic_decline") with { RefusesAttach = false };
        yield return Refused("visa_chargeCustomerFailLostCard", "4000000000000341", "lost_card") with { RefusesAttach = false };
        yield return Refused("visa_chargeCustomerFailStolenCard", "4000000000000341", "stolen_card") with { RefusesAttach = false };
    }

    private static IEnumerable<TestCard> Checked()
    {
        var blocked = Declines.All["highest_risk_level"] with { DeclineCode = "fraudulent" };
        yield return new("radarBlock", "4100000000000019") { Decline = blocked, RiskLevel = "highest" };
        yield return new("riskLevelHighest", "4000000000004954") { RiskLevel = "highest" };
        yield return new("riskLevelElevated", "4000000000009235") { RiskLevel = "elevated" };
        yield return new("cvcCheckFail", "4000000000000101") { CvcCheck = "fail" };
        yield return new("avsZipFail", "4000000000000036") { ZipCheck = "fail" };
    }

    private static IEnumerable<TestCard> Disputed()
    {
        yield return new("createDispute", "4000000000000259") { Disputes = ["fraudulent"] };
        yield return new("createDisputeProductNotReceived", "4000000000002685") { Disputes = ["product_not_received"] };
        yield return new("createDisputeInquiry", "4000000000001976") { Disputes = ["fraudulent"], IsInquiry = true };
        yield return new("createIssuerFraudRecord", "4000000000005423") { IsEarlyFraudWarning = true };
        yield return new("createMultipleDisputes", "4000000404000079") { Disputes = ["fraudulent", "fraudulent"] };
        yield return new("createCe3EligibleDispute", "4000000404000038") { Disputes = ["fraudulent"] };
        yield return new("createComplianceDispute", "4000008400000779") { Disputes = ["noncompliant"] };
    }

    private static IEnumerable<TestCard> Authenticating()
    {
        yield return new("authenticationRequiredOnSetup", "4000002500003155") { Authentication = AuthenticationNeed.UnlessSetUp };
        yield return new("authenticationRequired", "4000002760003184") { Authentication = AuthenticationNeed.Always };
        yield return new("authenticationRequiredSetupForOffSession", "4000003800000446") { Authentication = AuthenticationNeed.OnSession };
        yield return Refused("authenticationRequiredChargeDeclinedInsufficientFunds", "4000008260003178", "insufficient_funds") with
        {
            Authentication = AuthenticationNeed.Always,
            RefusesAttach = false,
        };
        yield return new("threeDSecure2Required", "4000000000003220") { Authentication = AuthenticationNeed.Always };
        yield return new("threeDSecureRequired", "4000000000003063") { Authentication = AuthenticationNeed.Always };
        yield return Refused("threeDSecureRequiredChargeDeclined", "4000008400001629", "generic_decline") with
        {
            Authentication = AuthenticationNeed.Always,
            RefusesAttach = false,
        };
        // The look-up before authentication fails here, so the payment is declined without a page.
        yield return Refused("threeDSecureRequiredProcessingError", "4000008400001280", "generic_decline") with { RefusesAttach = false };
        yield return new("threeDSecureOptional", "4000000000003055") { Authentication = AuthenticationNeed.Optional };
        yield return new("threeDSecureOptionalProcessingError", "4000000000003097");
        yield return new("amex_threeDSecureNotSupported", "378282246310005") { Brand = "amex" };
    }

    private static IEnumerable<TestCard> Additions() =>
        Declines.All.Values.Select(decline => new TestCard($"decline_{decline.Name}", "4000000000000002") { Decline = decline });

    private static TestCard Refused(string alias, string number, string decline) =>
        new(alias, number) { Decline = Declines.All[decline], RefusesAttach = true };
}
