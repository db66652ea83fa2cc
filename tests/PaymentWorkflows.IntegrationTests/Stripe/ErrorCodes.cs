using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>
/// The table of errors: under which status a code is answered and what it means. <c>declined</c> names the category, <c>refused</c> and
/// <c>unknown</c> the cause, <c>busy</c> stands for the exception. Sources: docs.stripe.com/error-codes, docs.stripe.com/declines/codes.
/// </summary>
internal static class ErrorCodes
{
    public static readonly IReadOnlyList<Row> Codes =
    [
        .. Of(400, "declined " + DeclineCategory.Authenticate,
            "payment_intent_authentication_failure setup_intent_authentication_failure authentication_required"),
        .. Of(400, "declined " + DeclineCategory.Hard, "account_closed expired_card"),
        .. Of(400, "declined " + DeclineCategory.FixData, "incorrect_cvc incorrect_number"),
        .. Of(400, "declined " + DeclineCategory.Soft,
            "payment_intent_payment_attempt_failed payment_intent_payment_attempt_expired payment_method_customer_decline payment_method_provider_decline " +
            "payment_method_provider_timeout payment_method_not_available setup_attempt_failed card_decline_rate_limit_exceeded card_declined " +
            "insufficient_funds processing_error"),
        .. Of(400, "refused " + RefusalCause.State,
            "payment_intent_unexpected_state charge_already_captured charge_already_refunded charge_disputed refund_disputed_payment " +
            "charge_not_refundable balance_insufficient capture_charge_authorization_expired charge_expired_for_capture intent_invalid_state " +
            "status_transition_invalid amount_too_large resource_already_exists transfers_not_allowed setup_intent_unexpected_state"),
        .. Of(400, "refused " + RefusalCause.Request,
            "amount_too_small billing_invalid_mandate charge_exceeds_transaction_limit failed_tax_calculation parameter_invalid_empty " +
            "parameter_invalid_integer parameter_missing parameter_unknown payment_intent_incompatible_payment_method " +
            "payout_reconciliation_not_ready resource_missing taxes_calculation_failed a_code_of_tomorrow"),
        .. Of(404, "refused " + RefusalCause.Request, "resource_missing a_code_of_tomorrow"),
        .. Of(404, "refused " + RefusalCause.State, "charge_already_refunded"),
        .. Of(401, "refused " + RefusalCause.Credentials, "api_key_expired secret_key_required platform_api_key_expired"),
        .. Of(403, "refused " + RefusalCause.Credentials, "secret_key_required a_code_of_tomorrow"),
        .. Of(409, "busy", "idempotency_key_in_use lock_timeout a_code_of_tomorrow"),
        .. Of(429, "busy", "rate_limit lock_timeout payment_intent_rate_limit_exceeded a_code_of_tomorrow"),
        .. Of(400, "busy", "rate_limit lock_timeout idempotency_key_in_use payment_intent_rate_limit_exceeded"),
        .. Of(424, "unknown " + UnknownCause.ServerError, "a_code_of_tomorrow"),
        .. Of(500, "unknown " + UnknownCause.ServerError, "a_code_of_tomorrow"),
        .. Of(502, "unknown " + UnknownCause.Unavailable, "a_code_of_tomorrow"),
        .. Of(503, "unknown " + UnknownCause.Unavailable, "a_code_of_tomorrow"),
        .. Of(504, "unknown " + UnknownCause.Unavailable, "a_code_of_tomorrow"),
        .. Of(402, "declined " + DeclineCategory.Soft, "card_declined a_code_of_tomorrow payment_method_provider_decline"),
    ];

    /// <summary>Decline codes of a 402 <c>card_declined</c>, by what they mean without any advice.</summary>
    public static readonly IReadOnlyList<Row> DeclineCodes =
    [
        .. Of(402, "declined " + DeclineCategory.Hard,
            "lost_card pickup_card stolen_card revocation_of_authorization revocation_of_all_authorizations highest_risk_level " +
            "transaction_not_allowed stop_payment_order fraudulent merchant_blacklist invalid_account new_account_information_available " +
            "card_not_supported currency_not_supported not_permitted security_violation service_not_allowed restricted_card expired_card " +
            "testmode_decline do_not_try_again live_mode_test_card test_mode_live_card account_closed " +
            "invalid_billing_agreement invalid_business_account partner_expired_card partner_invalid_currency partner_high_risk_customer " +
            "partner_action_not_supported compliance_violation recurring_not_supported_by_bank lost_or_stolen_card card_already_activated payment_disputed"),
        .. Of(402, "declined " + DeclineCategory.FixData,
            "incorrect_number incorrect_cvc invalid_cvc incorrect_zip incorrect_address invalid_expiry_month invalid_expiry_year invalid_number " +
            "invalid_amount incorrect_pin invalid_pin pin_try_exceeded offline_pin_required online_or_offline_pin_required " +
            "invalid_payment_information expired_payment_information partner_invalid_amount invalid_track_data"),
        .. Of(402, "declined " + DeclineCategory.Authenticate,
            "authentication_required authentication_not_handled mobile_device_authentication_required payment_intent_authentication_failure " +
            "setup_intent_authentication_failure"),
        .. Of(402, "declined " + DeclineCategory.CheckFirst, "duplicate_transaction partner_duplicate_transaction"),
        .. Of(402, "declined " + DeclineCategory.Soft,
            "insufficient_funds card_velocity_exceeded withdrawal_count_limit_exceeded approve_with_id call_issuer do_not_honor generic_decline " +
            "no_action_taken issuer_not_available processing_error reenter_transaction try_again_later card_declined a_code_of_tomorrow " +
            "partner_generic_decline partner_processing_error partner_insufficient_funds partner_payment_not_found payment_limit_exceeded " +
            "invalid_customer_account invalid_authorization"),
    ];

    /// <summary>The error codes of docs.stripe.com/error-codes that a money path can meet.</summary>
    public static readonly IReadOnlyList<string> Documented =
    [
        .. ("account_closed amount_too_large amount_too_small authentication_required balance_insufficient billing_invalid_mandate " +
            "capture_charge_authorization_expired card_decline_rate_limit_exceeded card_declined charge_already_captured charge_already_refunded " +
            "charge_disputed charge_exceeds_transaction_limit charge_expired_for_capture charge_not_refundable expired_card failed_tax_calculation " +
            "idempotency_key_in_use incorrect_cvc incorrect_number insufficient_funds intent_invalid_state lock_timeout parameter_invalid_empty " +
            "parameter_invalid_integer parameter_missing parameter_unknown payment_intent_authentication_failure " +
            "payment_intent_incompatible_payment_method payment_intent_payment_attempt_expired payment_intent_payment_attempt_failed " +
            "payment_intent_rate_limit_exceeded payment_intent_unexpected_state payment_method_customer_decline payment_method_provider_decline " +
            "payment_method_provider_timeout payment_method_not_available payout_reconciliation_not_ready processing_error rate_limit " +
            "refund_disputed_payment resource_already_exists resource_missing secret_key_required status_transition_invalid " +
            "taxes_calculation_failed transfers_not_allowed").Split(' '),
    ];

    private static IEnumerable<Row> Of(int status, string expected, string codes) => codes.Split(' ').Select(code => new Row(status, code, expected));

    /// <summary>One error and what it means.</summary>
    internal sealed record Row(int Status, string Code, string Expected);
}
