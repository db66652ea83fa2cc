namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// Decline codes and what they mean. The issuer's advice beats the table; an unknown code is soft, because a hard reading would close
/// the door on a card that may work. Sources: docs.stripe.com/declines/codes (cards and local
/// payment methods), docs.stripe.com/error-codes.
/// </summary>
public static class DeclineCatalogue
{
    /// <summary>Codes whose true reason the customer must not be told.</summary>
    private static readonly HashSet<string> Hidden =
        ["lost_card", "stolen_card", "fraudulent", "merchant_blacklist", "pickup_card", "highest_risk_level"];

    /// <summary>The same, of payments without a card.</summary>
    private static readonly HashSet<string> HiddenWithoutCard = ["lost_or_stolen_card", "partner_high_risk_customer", "compliance_violation"];

    private static readonly (DeclineCategory Category, string Codes)[] Rows =
    [
        (DeclineCategory.Hard, "lost_card pickup_card stolen_card revocation_of_authorization revocation_of_all_authorizations highest_risk_level " +
            "transaction_not_allowed stop_payment_order fraudulent merchant_blacklist invalid_account new_account_information_available " +
            "card_not_supported currency_not_supported not_permitted security_violation service_not_allowed restricted_card expired_card " +
            "testmode_decline do_not_try_again live_mode_test_card test_mode_live_card account_closed " +
            "invalid_billing_agreement invalid_business_account partner_expired_card partner_invalid_currency " +
            "partner_high_risk_customer partner_action_not_supported compliance_violation recurring_not_supported_by_bank lost_or_stolen_card " +
            "card_already_activated payment_disputed"),
        (DeclineCategory.FixData, "incorrect_number incorrect_cvc invalid_cvc incorrect_zip incorrect_address invalid_expiry_month invalid_expiry_year " +
            "invalid_number resource_missing invalid_amount incorrect_pin invalid_pin pin_try_exceeded offline_pin_required online_or_offline_pin_required " +
            "invalid_payment_information expired_payment_information partner_invalid_amount invalid_track_data"),
        (DeclineCategory.Authenticate, "authentication_required authentication_not_handled mobile_device_authentication_required " +
            "payment_intent_authentication_failure setup_intent_authentication_failure"),
        (DeclineCategory.CheckFirst, "duplicate_transaction partner_duplicate_transaction"),
        (DeclineCategory.Soft, "insufficient_funds card_velocity_exceeded withdrawal_count_limit_exceeded approve_with_id call_issuer do_not_honor " +
            "generic_decline no_action_taken issuer_not_available processing_error reenter_transaction try_again_later card_declined " +
            "partner_generic_decline partner_processing_error partner_insufficient_funds partner_payment_not_found payment_limit_exceeded " +
            "payment_intent_payment_attempt_failed payment_intent_payment_attempt_expired payment_method_customer_decline " +
            "payment_method_provider_decline payment_method_provider_timeout payment_method_not_available invalid_customer_account invalid_authorization"),
    ];

    private static readonly Dictionary<string, DeclineCategory> Categories = Rows
        .SelectMany(row => row.Codes.Split(' ').Select(code => (code, row.Category)))
        .ToDictionary(entry => entry.code, entry => entry.Category, StringComparer.Ordinal);

    /// <summary>Every code the table knows.</summary>
    public static IReadOnlyCollection<string> Codes { get; } = [.. Rows.SelectMany(row => row.Codes.Split(' '))];

    /// <summary>Whether the code tells that the customer did not act in time.</summary>
    public static bool IsExpiry(string code) => code == "payment_intent_payment_attempt_expired";

    /// <summary>Reads a provider's refusal.</summary>
    /// <param name="code">The issuer's decline code, or the provider's error code where there is none.</param>
    /// <param name="adviceCode">The network's advice (<c>try_again_later</c>, <c>do_not_try_again</c>, <c>confirm_card_data</c>), if any.</param>
    /// <param name="message">The provider's sentence for the customer.</param>
    public static Decline Read(string code, string? adviceCode, string message)
    {
        var category = adviceCode switch
        {
            "do_not_try_again" => DeclineCategory.Hard,
            "confirm_card_data" => DeclineCategory.FixData,
            "try_again_later" => DeclineCategory.Soft,
            _ => Categories.GetValueOrDefault(code, DeclineCategory.Soft),
        };
        var advice = category switch
        {
            DeclineCategory.Soft => "try_again_later",
            DeclineCategory.Hard => "use_another_method",
            DeclineCategory.FixData => "confirm_card_data",
            DeclineCategory.Authenticate => "authenticate",
            DeclineCategory.CheckFirst => "check_first",
            _ => throw new ArgumentOutOfRangeException(nameof(adviceCode), category, "A category without advice."),
        };
        return new Decline(code, category, advice, Sentence(code, message));
    }

    private static string Sentence(string code, string message) =>
        Hidden.Contains(code) ? "Your card was declined." : HiddenWithoutCard.Contains(code) ? "The payment was declined." : message;
}
