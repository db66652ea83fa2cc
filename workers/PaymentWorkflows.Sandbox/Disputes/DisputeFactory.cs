using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Disputes;

/// <summary>Opens the disputes and fraud warnings that some test cards bring about.</summary>
internal static class DisputeFactory
{
    /// <summary>The fee for receiving a dispute, in minor units.</summary>
    public const long Fee = 1500;

    private static readonly string[] EvidenceFields =
    [
        "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure", "cancellation_rebuttal",
        "customer_communication", "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
        "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy",
        "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
        "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
    ];

    /// <summary>Does what the card asks for after a successful, captured charge.</summary>
    public static void Follow(Transaction transaction, JsonObject charge, TestCard? card)
    {
        foreach (var reason in card?.Disputes ?? [])
        {
            Open(transaction, charge, reason, card!.IsInquiry);
        }

        if (card?.IsEarlyFraudWarning == true)
        {
            WarnOfFraud(transaction, charge);
        }
    }

    /// <summary>Opens the dispute of a charge that no card made.</summary>
    /// <param name="challengeable">Without it the money is gone at once: no evidence is asked for.</param>
    public static void FollowLocal(Transaction transaction, JsonObject charge, string reason, bool challengeable)
    {
        var dispute = Open(transaction, charge, reason, inquiry: false);
        dispute.Remove("payment_method_details");
        if (!challengeable)
        {
            dispute["status"] = "lost";
            dispute["evidence_details"]!["due_by"] = 0L;
            transaction.Emit("charge.dispute.closed", dispute);
        }

        transaction.Save(dispute);
    }

    private static JsonObject Open(Transaction transaction, JsonObject charge, string reason, bool inquiry)
    {
        var id = Identifiers.New("dp");
        var amount = charge.Long("amount_captured");
        var currency = charge.Text("currency");
        var movements = new JsonArray();
        if (!inquiry)
        {
            var movement = BalanceBook.ForDispute(transaction, id, currency, amount, Fee);
            movements.Add(transaction.Get("balance_transaction", movement).DeepClone());
        }

        var dispute = new JsonObject
        {
            ["id"] = id,
            ["object"] = "dispute",
            ["amount"] = amount,
            ["balance_transactions"] = movements,
            ["charge"] = charge.Id(),
            ["created"] = transaction.NowSeconds,
            ["currency"] = currency,
            ["enhanced_eligibility_types"] = new JsonArray(),
            ["evidence"] = EmptyEvidence(),
            ["evidence_details"] = new JsonObject
            {
                ["due_by"] = transaction.Now.AddDays(7).ToUnixTimeSeconds(),
                ["enhanced_eligibility"] = new JsonObject(),
                ["has_evidence"] = false,
                ["past_due"] = false,
                ["submission_count"] = 0L,
            },
            ["is_charge_refundable"] = inquiry,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
            ["payment_method_details"] = new JsonObject
            {
                ["card"] = new JsonObject
                {
                    ["brand"] = (string?)charge["payment_method_details"]?["card"]?["brand"],
                    ["case_type"] = inquiry ? "inquiry" : "chargeback",
                    ["network"] = (string?)charge["payment_method_details"]?["card"]?["network"],
                    ["network_reason_code"] = reason == "product_not_received" ? "13.1" : "10.4",
                },
                ["type"] = "card",
            },
            ["reason"] = reason,
            ["status"] = inquiry ? "warning_needs_response" : "needs_response",
        };
        transaction.Save(dispute);
        charge["disputed"] = true;
        transaction.Save(charge);
        transaction.Emit("charge.dispute.created", dispute);
        if (!inquiry)
        {
            transaction.Emit("charge.dispute.funds_withdrawn", dispute);
        }

        return dispute;
    }

    private static JsonObject EmptyEvidence()
    {
        var evidence = new JsonObject { ["enhanced_evidence"] = new JsonObject() };
        foreach (var field in EvidenceFields)
        {
            evidence[field] = null;
        }

        return evidence;
    }

    private static void WarnOfFraud(Transaction transaction, JsonObject charge)
    {
        var warning = new JsonObject
        {
            ["id"] = Identifiers.New("issfr"),
            ["object"] = "radar.early_fraud_warning",
            ["actionable"] = true,
            ["charge"] = charge.Id(),
            ["created"] = transaction.NowSeconds,
            ["fraud_type"] = "made_with_stolen_card",
            ["livemode"] = false,
            ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
        };
        transaction.Save(warning);
        transaction.Emit("radar.early_fraud_warning.created", warning);
    }
}
