using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Charges;

/// <summary>Builds the charge of one payment attempt.</summary>
internal static class ChargeFactory
{
    /// <summary>How long an online card authorization can be captured.</summary>
    public static readonly TimeSpan AuthorizationPeriod = TimeSpan.FromDays(7);

    /// <summary>Builds a charge without saving it.</summary>
    /// <param name="decline">Null when it succeeds.</param>
    /// <param name="captured">Whether the money is taken at once.</param>
    /// <param name="authenticated">Whether the customer passed 3-D Secure.</param>
    /// <param name="paid">Minor units; null means what the intent asks for.</param>
    public static JsonObject Build(
        Transaction transaction, JsonObject intent, JsonObject paymentMethod, Decline? decline, bool captured, bool authenticated, long? paid = null)
    {
        var id = Identifiers.New((string?)paymentMethod["type"] == "card" ? "ch" : "py");
        var amount = paid ?? intent.Long("amount");
        var card = CardOf(paymentMethod);
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "charge",
            ["amount"] = amount,
            ["amount_captured"] = captured && decline is null ? amount : 0,
            ["amount_refunded"] = 0,
            ["application"] = null,
            ["application_fee"] = null,
            ["application_fee_amount"] = intent["application_fee_amount"]?.DeepClone(),
            ["balance_transaction"] = null,
            ["billing_details"] = paymentMethod["billing_details"]!.DeepClone(),
            ["calculated_statement_descriptor"] = (string?)intent["statement_descriptor"] ?? "PAYMENTWORKFLOWS",
            ["captured"] = captured && decline is null,
            ["created"] = transaction.NowSeconds,
            ["currency"] = (string)intent["currency"]!,
            ["customer"] = intent["customer"]?.DeepClone(),
            ["description"] = intent["description"]?.DeepClone(),
            ["disputed"] = false,
            ["failure_balance_transaction"] = null,
            ["failure_code"] = decline?.Code,
            ["failure_message"] = decline?.Message,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = false,
            ["metadata"] = intent["metadata"]!.DeepClone(),
            ["on_behalf_of"] = intent["on_behalf_of"]?.DeepClone(),
            ["outcome"] = Outcome(decline, card),
            ["paid"] = decline is null,
            ["payment_intent"] = (string)intent["id"]!,
            ["payment_method"] = (string)paymentMethod["id"]!,
            ["payment_method_details"] = Details(transaction, intent, paymentMethod, decline, captured, authenticated),
            ["radar_options"] = new JsonObject(),
            ["receipt_email"] = intent["receipt_email"]?.DeepClone(),
            ["receipt_number"] = null,
            ["receipt_url"] = decline is null ? ReceiptOf(id) : null,
            ["refunded"] = false,
            ["review"] = null,
            ["shipping"] = intent["shipping"]?.DeepClone(),
            ["source_transfer"] = null,
            ["statement_descriptor"] = intent["statement_descriptor"]?.DeepClone(),
            ["statement_descriptor_suffix"] = intent["statement_descriptor_suffix"]?.DeepClone(),
            ["status"] = decline is null ? "succeeded" : "failed",
            ["transfer_data"] = intent["transfer_data"]?.DeepClone(),
            ["transfer_group"] = intent["transfer_group"]?.DeepClone(),
            [StoredObject.PrivateMember] = new JsonObject { ["card"] = card?.Alias },
        };
    }

    /// <summary>The test card behind a payment method or a charge; null for local methods.</summary>
    public static TestCard? CardOf(JsonObject value) =>
        (string?)value[StoredObject.PrivateMember]?["card"] is { } alias ? TestCards.Find(alias) : null;

    /// <summary>Address of the receipt of a paid charge.</summary>
    public static string ReceiptOf(string charge) => $"https://pay.stripe.com/receipts/payment/{charge}";

    /// <summary>The outcome of a debit that the bank turned down.</summary>
    public static JsonObject TurnedDown(string code) => new()
    {
        ["advice_code"] = null,
        ["network_advice_code"] = null,
        ["network_decline_code"] = null,
        ["network_status"] = "declined_by_network",
        ["reason"] = code,
        ["risk_level"] = "not_assessed",
        ["seller_message"] = $"The bank turned the payment down ({code}).",
        ["type"] = "issuer_declined",
    };

    private static JsonObject Outcome(Decline? decline, TestCard? card)
    {
        // Only cards are scored.
        var risk = card is null ? "not_assessed" : card.RiskLevel;
        var outcome = new JsonObject
        {
            ["advice_code"] = decline is { IsBlocked: false } ? decline.Advice : null,
            ["network_advice_code"] = null,
            ["network_decline_code"] = decline is { IsBlocked: false } ? decline.NetworkCode : null,
            ["network_status"] = decline switch
            {
                null => "approved_by_network",
                { IsBlocked: true } => "not_sent_to_network",
                _ => "declined_by_network",
            },
            ["reason"] = decline switch
            {
                null => risk == "elevated" ? "elevated_risk_level" : null,
                { IsBlocked: true } => "highest_risk_level",
                _ => decline.DeclineCode ?? decline.Code,
            },
            ["risk_level"] = risk,
            ["seller_message"] = decline switch
            {
                null when risk == "elevated" => "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue.",
                null => "Payment complete.",
                { IsBlocked: true } => "Stripe blocked this payment as too risky.",
                _ => $"The bank returned the decline code `{decline.DeclineCode ?? decline.Code}`.",
            },
            ["type"] = decline switch
            {
                null => risk == "elevated" ? "manual_review" : "authorized",
                { IsBlocked: true } => "blocked",
                _ => "issuer_declined",
            },
        };
        if (card is not null)
        {
            outcome["risk_score"] = risk switch { "highest" => 92, "elevated" => 70, _ => 21 };
        }

        return outcome;
    }

    private static JsonObject Details(
        Transaction transaction, JsonObject intent, JsonObject paymentMethod, Decline? decline, bool captured, bool authenticated)
    {
        var type = (string)paymentMethod["type"]!;
        if (CardOf(paymentMethod) is not { } card)
        {
            return new JsonObject { ["type"] = type, [type] = LocalPayments.ChargeDetails(transaction, transaction.Methods.Of(type), intent, paymentMethod) };
        }

        var stored = paymentMethod["card"]!;
        var details = new JsonObject
        {
            ["amount_authorized"] = decline is null ? intent.Long("amount") : null,
            ["authorization_code"] = decline is null ? Identifiers.RandomText(6).ToUpperInvariant() : null,
            ["brand"] = card.Brand,
            ["checks"] = new JsonObject
            {
                ["address_line1_check"] = null,
                ["address_postal_code_check"] = card.ZipCheck == "fail" ? "fail" : null,
                ["cvc_check"] = card.CvcCheck,
            },
            ["country"] = card.Country,
            ["exp_month"] = stored.Long("exp_month"),
            ["exp_year"] = stored.Long("exp_year"),
            ["extended_authorization"] = new JsonObject { ["status"] = "disabled" },
            ["fingerprint"] = (string?)stored["fingerprint"],
            ["funding"] = card.Funding,
            ["incremental_authorization"] = new JsonObject { ["status"] = "unavailable" },
            ["installments"] = null,
            ["last4"] = card.Last4,
            ["mandate"] = null,
            ["multicapture"] = new JsonObject { ["status"] = "unavailable" },
            ["network"] = card.Brand,
            ["network_token"] = new JsonObject { ["used"] = false },
            ["network_transaction_id"] = decline is { IsBlocked: true } ? null : Random.Shared.NextInt64(100_000_000_000_000, 999_999_999_999_999).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["overcapture"] = new JsonObject { ["maximum_amount_capturable"] = intent.Long("amount"), ["status"] = "unavailable" },
            ["regulated_status"] = "unregulated",
            ["three_d_secure"] = authenticated ? ThreeDSecure() : null,
            ["transaction_link_id"] = null,
            ["wallet"] = null,
        };
        if (decline is null && !captured)
        {
            details["capture_before"] = (transaction.Now + AuthorizationPeriod).ToUnixTimeSeconds();
        }

        return new JsonObject { ["card"] = details, ["type"] = "card" };
    }

    private static JsonObject ThreeDSecure() => new()
    {
        ["authentication_flow"] = "challenge",
        ["electronic_commerce_indicator"] = "05",
        ["exemption_indicator"] = null,
        ["result"] = "authenticated",
        ["result_reason"] = null,
        ["transaction_id"] = Guid.NewGuid().ToString(),
        ["version"] = "2.2.0",
    };
}
