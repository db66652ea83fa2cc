using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Disputes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>What ends an authorization: capture, cancel, or seven days.</summary>
internal static class CaptureEndpoints
{
    private static readonly string[] Cancelable =
        [IntentStatus.RequiresPaymentMethod, IntentStatus.RequiresCapture, IntentStatus.RequiresConfirmation, IntentStatus.RequiresAction, IntentStatus.Processing];

    /// <summary>Takes all or a part of the authorized amount; the rest is released.</summary>
    public static JsonObject Capture(ApiCall call)
    {
        var transaction = call.Transaction;
        var intent = transaction.Get(PaymentIntentEndpoints.Kind, call.Id, "intent");
        var charge = transaction.Find("charge", intent.OptionalText("latest_charge"));
        CheckCapturable(intent, charge);
        var capturable = intent.Long("amount_capturable");
        var amount = call.Arguments.Integer("amount_to_capture") ?? capturable;
        AmountRules.CheckPositive(amount, "amount_to_capture");
        AmountRules.CheckDigits(amount, intent.Text("currency"), "amount_to_capture");
        if (amount > capturable)
        {
            throw StripeErrors.State(
                $"The provided amount_to_capture ({amount}) is greater than the amount_capturable ({capturable}) of this PaymentIntent.",
                "amount_too_large",
                "amount_to_capture",
                intent.Shown());
        }

        if (call.Arguments.Flag("final_capture") == false)
        {
            throw StripeErrors.Parameter("This account is not eligible for multicapture: final_capture must be true.", "final_capture");
        }

        intent["metadata"] = call.Arguments.MergeMetadata(intent["metadata"]);
        Take(transaction, intent, charge!, amount);
        return intent;
    }

    public static JsonObject Cancel(ApiCall call)
    {
        var intent = call.Transaction.Get(PaymentIntentEndpoints.Kind, call.Id, "intent");
        // A debit that is under way at the bank comes to its end.
        if (!Cancelable.Contains(intent.Text("status")) || (intent.Text("status") == IntentStatus.Processing && LocalAttempt.Of(intent) is not null))
        {
            throw StripeErrors.State(
                $"You cannot cancel this PaymentIntent because it has a status of {intent.Text("status")}. Only a PaymentIntent with one of the following statuses may be canceled: {string.Join(", ", Cancelable)}.",
                "payment_intent_unexpected_state",
                paymentIntent: intent.Shown());
        }

        if (intent.Text("status") == IntentStatus.RequiresCapture)
        {
            Release(call.Transaction, intent);
        }

        End(call.Transaction, intent, call.Arguments.Text("cancellation_reason"));
        return intent;
    }

    /// <summary>What happens to an authorization that nobody captured in time.</summary>
    public static void Expire(Transaction transaction, JsonObject intent)
    {
        if (intent.Text("status") != IntentStatus.RequiresCapture)
        {
            return;
        }

        var charge = transaction.Get("charge", intent.Text("latest_charge"));
        charge["refunded"] = true;
        charge["amount_refunded"] = charge.Long("amount");
        charge.Hidden()["expired"] = true;
        transaction.Save(charge);
        transaction.Emit("charge.expired", charge);
        End(transaction, intent, "automatic");
    }

    private static void CheckCapturable(JsonObject intent, JsonObject? charge)
    {
        var status = intent.Text("status");
        if (status == IntentStatus.Succeeded)
        {
            throw StripeErrors.State($"The charge {charge?.Id()} has already been captured.", "charge_already_captured", paymentIntent: intent.Shown());
        }

        if (status == IntentStatus.Canceled && charge is not null && (bool?)charge[StoredObject.PrivateMember]?["expired"] == true)
        {
            throw StripeErrors.State($"The charge {charge.Id()} has expired and can no longer be captured.", "charge_expired_for_capture", paymentIntent: intent.Shown());
        }

        if (status != IntentStatus.RequiresCapture)
        {
            throw StripeErrors.State(
                $"This PaymentIntent could not be captured because it has a status of {status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
                "payment_intent_unexpected_state",
                paymentIntent: intent.Shown());
        }
    }

    private static void Take(Transaction transaction, JsonObject intent, JsonObject charge, long amount)
    {
        var card = ChargeFactory.CardOf(charge);
        charge["captured"] = true;
        charge["amount_captured"] = amount;
        charge["balance_transaction"] = BalanceBook.ForCharge(transaction, charge, amount, card?.BypassesPending ?? false);
        intent["amount_capturable"] = 0L;
        intent["amount_received"] = amount;
        intent["status"] = IntentStatus.Succeeded;
        transaction.CancelJobs(JobKinds.ExpireAuthorization, intent.Id());
        transaction.Save(charge);
        transaction.Save(intent);
        transaction.Emit("charge.captured", charge);
        transaction.Emit("payment_intent.succeeded", intent);
        DisputeFactory.Follow(transaction, charge, card);
    }

    /// <summary>Gives the whole authorization back: the charge counts as refunded, no money ever moved.</summary>
    private static void Release(Transaction transaction, JsonObject intent)
    {
        var charge = transaction.Get("charge", intent.Text("latest_charge"));
        charge["refunded"] = true;
        charge["amount_refunded"] = charge.Long("amount");
        transaction.CancelJobs(JobKinds.ExpireAuthorization, intent.Id());
        transaction.Save(charge);
        transaction.Emit("charge.refunded", charge);
    }

    private static void End(Transaction transaction, JsonObject intent, string? reason)
    {
        LocalPayments.CancelJobs(transaction, intent.Id());
        intent["status"] = IntentStatus.Canceled;
        intent["amount_capturable"] = 0L;
        intent["canceled_at"] = transaction.NowSeconds;
        intent["cancellation_reason"] = reason;
        intent["next_action"] = null;
        transaction.Save(intent);
        transaction.Emit("payment_intent.canceled", intent);
    }
}
