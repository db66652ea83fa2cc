using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary><c>/v1/refunds</c>.</summary>
internal static class RefundEndpoints
{
    public const string Kind = "refund";

    /// <summary>How long a pending refund takes, and how long until a failing one fails.</summary>
    public static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(3);

    public static JsonObject Create(ApiCall call)
    {
        var charge = FindCharge(call);
        var available = Refundable(charge);
        var amount = call.Arguments.Integer("amount") ?? available;
        AmountRules.CheckPositive(amount, "amount");
        AmountRules.CheckDigits(amount, charge.Text("currency"), "amount");
        if (amount > available)
        {
            throw StripeErrors.State(
                $"Refund amount ({amount}) is greater than unrefunded amount on charge ({available}) in minor units of {charge.Text("currency")}.",
                param: "amount");
        }

        var refund = Build(call, charge, amount);
        var pending = ChargeFactory.CardOf(charge)?.Refunds == RefundBehavior.PendingThenSucceeded;
        if (pending)
        {
            refund["pending_reason"] = "processing";
        }

        refund["status"] = pending ? "pending" : "succeeded";
        refund["balance_transaction"] = BalanceBook.ForRefund(call.Transaction, refund, ChargeFactory.CardOf(charge) is not null);
        Settle(call.Transaction, charge, refund);
        return refund;
    }

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "refund");

    public static JsonObject Update(ApiCall call)
    {
        var refund = Retrieve(call);
        refund["metadata"] = call.Arguments.MergeMetadata(refund["metadata"]);
        call.Transaction.Save(refund);
        call.Transaction.Emit("refund.updated", refund);
        return refund;
    }

    /// <summary>Only a refund that waits for the customer can be cancelled, and test cards make none of those.</summary>
    public static JsonObject Cancel(ApiCall call)
    {
        var refund = Retrieve(call);
        if (refund.Text("status") != "requires_action")
        {
            throw StripeErrors.State(
                $"The refund {refund.Id()} cannot be canceled because it has a status of {refund.Text("status")}. Only a refund with one of the following statuses may be canceled: requires_action.",
                "status_transition_invalid");
        }

        refund["status"] = "canceled";
        call.Transaction.Save(refund);
        call.Transaction.Emit("refund.updated", refund);
        return refund;
    }

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["charge", "payment_intent"]);

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

        var intent = transaction.Get(PaymentIntentEndpoints.Kind, intentId, "payment_intent", inPath: false);
        var charge = transaction.Find("charge", intent.OptionalText("latest_charge"));
        return intent.Text("status") == IntentStatus.Succeeded && charge is not null
            ? charge
            : throw StripeErrors.State(
                $"This PaymentIntent ({intentId}) does not have a successful charge to refund: its status is {intent.Text("status")}.",
                "payment_intent_unexpected_state",
                "payment_intent");
    }

    private static long Refundable(JsonObject charge)
    {
        if (!charge.Is("captured"))
        {
            throw StripeErrors.State($"Charge {charge.Id()} has not been captured, so there is nothing to refund.", "charge_not_refundable");
        }

        if (charge.Is("disputed"))
        {
            throw StripeErrors.State($"Charge {charge.Id()} has been charged back; cannot issue a refund.", "charge_disputed");
        }

        var available = charge.Long("amount_captured") - charge.Long("amount_refunded");
        return available > 0
            ? available
            : throw StripeErrors.State($"Charge {charge.Id()} has already been refunded.", "charge_already_refunded");
    }

    private static JsonObject Build(ApiCall call, JsonObject charge, long amount)
    {
        var refund = new JsonObject
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
            ["destination_details"] = Destination(charge),
            ["metadata"] = call.Arguments.MergeMetadata(null),
            ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
            ["payment_method"] = charge["payment_method"]?.DeepClone(),
            ["reason"] = call.Arguments.Text("reason"),
            ["receipt_number"] = null,
            ["source_transfer_reversal"] = null,
            ["status"] = "pending",
            ["transfer_reversal"] = null,
        };
        if (call.Arguments.Text("instructions_email") is { } mail)
        {
            refund["instructions_email"] = mail;
        }

        return refund;
    }

    private static JsonObject Destination(JsonObject charge)
    {
        var type = charge["payment_method_details"]!.Text("type");
        return type == "card"
            ? new JsonObject { ["card"] = new JsonObject { ["reference_status"] = "pending", ["reference_type"] = "acquirer_reference_number", ["type"] = "refund" }, ["type"] = "card" }
            : new JsonObject { [type] = new JsonObject(), ["type"] = type };
    }

    private static void Settle(Transaction transaction, JsonObject charge, JsonObject refund)
    {
        var refunded = charge.Long("amount_refunded") + refund.Long("amount");
        charge["amount_refunded"] = refunded;
        charge["refunded"] = refunded == charge.Long("amount_captured");
        transaction.Save(refund);
        transaction.Save(charge);
        transaction.Emit("refund.created", refund);
        transaction.Emit("charge.refunded", charge);
        var behavior = ChargeFactory.CardOf(charge)?.Refunds ?? RefundBehavior.Immediate;
        if (behavior != RefundBehavior.Immediate)
        {
            var kind = behavior == RefundBehavior.PendingThenSucceeded ? JobKinds.SucceedRefund : JobKinds.FailRefund;
            transaction.Schedule(kind, refund.Id(), transaction.Now + SettlingTime);
        }
    }
}
