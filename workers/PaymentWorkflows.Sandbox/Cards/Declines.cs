namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>
/// The decline codes of docs.stripe.com/declines/codes with the provider's wording. The advice codes follow the class of the
/// code: data to correct, never again, or later. Test aliases <c>pm_card_decline_NAME</c> reach each of them.
/// </summary>
internal static class Declines
{
    private const string Generic = "Your card was declined.";
    private const string Confirm = "confirm_card_data";
    private const string Never = "do_not_try_again";
    private const string Later = "try_again_later";

    public static IReadOnlyDictionary<string, Decline> All { get; } = Rows().ToDictionary(row => row.Name, StringComparer.Ordinal);

    private static IEnumerable<Decline> Rows()
    {
        yield return Card("generic_decline", Later, "01");
        yield return Card("insufficient_funds", Later, "51", "Your card has insufficient funds.");
        yield return Card("lost_card", Never, "41");
        yield return Card("stolen_card", Never, "43");
        yield return Card("fraudulent", Never, "59");
        yield return Card(
            "card_velocity_exceeded", Later, "61", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.");
        yield return new("expired_card", "expired_card", null, Confirm, "54", "Your card has expired.");
        yield return new("incorrect_cvc", "incorrect_cvc", null, Confirm, "82", "Your card's security code is incorrect.");
        yield return new(
            "processing_error", "processing_error", null, Later, "96", "An error occurred while processing your card. Try again in a little bit.");
        yield return new("incorrect_number", "incorrect_number", null, Confirm, "14", "Your card number is incorrect.");
        yield return new("incorrect_zip", "incorrect_zip", null, Confirm, null, "The zip code you supplied failed validation.");
        yield return new("incorrect_address", "incorrect_address", null, Confirm, null, "The address you supplied failed validation.");
        yield return new("invalid_cvc", "invalid_cvc", null, Confirm, "82", "Your card's security code is invalid.");
        yield return new("invalid_expiry_month", "invalid_expiry_month", null, Confirm, null, "Your card's expiration month is invalid.");
        yield return new("invalid_expiry_year", "invalid_expiry_year", null, Confirm, null, "Your card's expiration year is invalid.");
        yield return new("invalid_number", "invalid_number", null, Confirm, "14", "The card number is not a valid credit card number.");
        yield return new(
            "authentication_required", "authentication_required", "authentication_required", null, "65", "Your card was declined. This transaction requires authentication.");
        yield return Card("highest_risk_level", Never, null) with { IsBlocked = true };

        foreach (var (name, network) in LaterCodes)
        {
            yield return Card(name, Later, network);
        }

        foreach (var (name, network) in NeverCodes)
        {
            yield return Card(name, Never, network);
        }

        foreach (var (name, network) in ConfirmCodes)
        {
            yield return Card(name, Confirm, network);
        }

        foreach (var (name, message) in OtherCodes)
        {
            yield return Card(name, null, "05", message);
        }
    }

    private static (string Name, string Network)[] LaterCodes =>
    [
        ("approve_with_id", "05"), ("call_issuer", "01"), ("do_not_honor", "05"), ("issuer_not_available", "91"), ("no_action_taken", "21"),
        ("reenter_transaction", "19"), ("withdrawal_count_limit_exceeded", "65"), ("try_again_later", "19"),
    ];

    private static (string Name, string Network)[] NeverCodes =>
    [
        ("card_not_supported", "57"), ("currency_not_supported", "57"), ("do_not_try_again", "05"), ("merchant_blacklist", "59"),
        ("not_permitted", "57"), ("pickup_card", "04"), ("restricted_card", "62"), ("revocation_of_all_authorizations", "R1"),
        ("revocation_of_authorization", "R1"), ("security_violation", "63"), ("service_not_allowed", "57"), ("stop_payment_order", "R0"),
        ("testmode_decline", "05"), ("transaction_not_allowed", "57"),
    ];

    private static (string Name, string Network)[] ConfirmCodes =>
    [
        ("incorrect_pin", "55"), ("invalid_account", "14"), ("invalid_amount", "13"), ("invalid_pin", "55"),
        ("new_account_information_available", "46"), ("offline_pin_required", "70"), ("online_or_offline_pin_required", "70"),
        ("pin_try_exceeded", "75"),
    ];

    private static (string Name, string Message)[] OtherCodes =>
    [
        ("authentication_not_handled", Generic), ("mobile_device_authentication_required", Generic),
        ("duplicate_transaction", "A transaction with identical amount and credit card information was submitted very recently."),
        ("test_mode_live_card", "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing."),
    ];

    private static Decline Card(string name, string? advice, string? network, string message = Generic) =>
        new(name, "card_declined", name, advice, network, message);
}
