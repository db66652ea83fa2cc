using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary><c>/v1/refunds</c>.</summary>
internal static class RefundEndpoints
{
    public const string Kind = "refund";

    public static JsonObject Create(ApiCall call)
    {
        var charge = FindCharge(call);
        RefundRules.CheckRefundable(call.Transaction, charge);
        var available = RefundRules.Left(charge);
        var amount = call.Arguments.Integer("amount") ?? available;
        RefundRules.CheckAmount(call.Transaction, charge, amount, available);
        var refund = Build(call, charge, amount);
        RefundStart.Begin(call.Transaction, charge, refund, call.Arguments.Text("instructions_email"));
        return refund;
    }

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "refund");

    public static JsonObject Update(ApiCall call)
    {
        var refund = Retrieve(call);
        refund["metadata"] = call.Arguments.MergeMetadata(refund["metadata"]);
        call.Transaction.Save(refund);
        call.Transaction.Emit("refund.updated", refund);
        call.Transaction.Emit("charge.refund.updated", refund);
        return refund;
    }

    /// <summary>Only a refund that waits for the customer can be cancelled.</summary>
    public static JsonObject Cancel(ApiCall call)
    {
        var refund = Waiting(call, "canceled");
        RefundOutcomes.GiveUp(call.Transaction, refund, "canceled", reason: null);
        return refund;
    }

    /// <summary>A test helper: the customer never said where the money goes.</summary>
    public static JsonObject Expire(ApiCall call)
    {
        var refund = Waiting(call, "expired");
        RefundOutcomes.GiveUp(call.Transaction, refund, "failed", "unknown");
        return refund;
    }

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["charge", "payment_intent"]);

    private static JsonObject Waiting(ApiCall call, string verb)
    {
        var refund = Retrieve(call);
        return refund.Text("status") == "requires_action"
            ? refund
            : throw StripeErrors.State(
                $"The refund {refund.Id()} cannot be {verb} because it has a status of {refund.Text("status")}. Only a refund with one of the following statuses may be {verb}: requires_action.",
                "status_transition_invalid");
    }

    private static JsonObject FindCharge(ApiCall call)
    {
        var transaction = call.Transaction;
        if (call.Arguments.Text("charge") is { } id)
        {
            return transaction.Get("charge", id, "charge", inPath: false);
        }

        if (call.Arguments.Text("payment_intent") is not { } intentId)
        {
            throw StripeErrors.Parameter("One of the following params should be provided for this request: payment_intent or charge.", null, "parameter_missing");
        }

        // A canceled intent has a charge to refund only where money arrived for it all the same.
        var intent = transaction.Get(PaymentIntentEndpoints.Kind, intentId, "payment_intent", inPath: false);
        var charge = transaction.Find("charge", intent.OptionalText("latest_charge"));
        var paid = intent.Text("status") == IntentStatus.Succeeded || intent.Long("amount_received") > 0;
        return paid && charge is not null
            ? charge
            : throw StripeErrors.State(
                $"This PaymentIntent ({intentId}) does not have a successful charge to refund: its status is {intent.Text("status")}.",
                "payment_intent_unexpected_state",
                "payment_intent");
    }

    private static JsonObject Build(ApiCall call, JsonObject charge, long amount) => new()
    {
        ["id"] = Identifiers.New("re"),
        ["object"] = Kind,
        ["amount"] = amount,
        ["balance_transaction"] = null,
        ["charge"] = charge.Id(),
        ["created"] = call.Transaction.NowSeconds,
        ["currency"] = charge.Text("currency"),
        ["customer"] = charge["customer"]?.DeepClone(),
        ["customer_account"] = null,
        ["destination_details"] = Destination(call, charge),
        ["metadata"] = call.Arguments.MergeMetadata(null),
        ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
        ["payment_method"] = charge["payment_method"]?.DeepClone(),
        ["reason"] = call.Arguments.Text("reason"),
        ["receipt_number"] = null,
        ["source_transfer_reversal"] = null,
        ["status"] = "pending",
        ["transfer_reversal"] = null,
    };

    private static JsonObject Destination(ApiCall call, JsonObject charge)
    {
        var type = charge["payment_method_details"]!.Text("type");
        if (type == "card")
        {
            return new JsonObject { ["card"] = new JsonObject { ["reference_status"] = "pending", ["reference_type"] = "acquirer_reference_number", ["type"] = "refund" }, ["type"] = "card" };
        }

        var destination = call.Transaction.Methods.Find(type)?.Refunds?.Destination ?? type;
        return new JsonObject { [destination] = new JsonObject(), ["type"] = destination };
    }
}
