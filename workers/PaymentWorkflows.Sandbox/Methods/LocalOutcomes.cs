using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Disputes;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>How payments by methods other than cards end: paid, turned down, expired, paid after that.</summary>
internal static class LocalOutcomes
{
    private static readonly string[] Open = [IntentStatus.RequiresAction, IntentStatus.Processing];

    /// <summary>The customer paid, or the bank did.</summary>
    /// <param name="amount">Minor units; null means what was asked for, or what the test value makes of it.</param>
    /// <returns>False when the intent does not wait for it.</returns>
    public static bool Pay(Transaction transaction, JsonObject intent, long? amount = null)
    {
        if (!Open.Contains(intent.Text("status")) || LocalAttempt.Of(intent) is not { } attempt)
        {
            return false;
        }

        LocalPayments.CancelJobs(transaction, intent.Id());
        var method = transaction.Get("payment_method", attempt.Method);
        var outcome = OutcomeOf(transaction, attempt);
        var paid = amount ?? intent.Long("amount") + (outcome?.Difference ?? 0);
        var charge = intent.Text("status") == IntentStatus.Processing
            ? transaction.Get("charge", intent.Text("latest_charge"))
            : ChargeFactory.Build(transaction, intent, method, null, captured: true, authenticated: false, paid);
        Land(transaction, intent, charge, attempt);
        intent["status"] = IntentStatus.Succeeded;
        transaction.Save(intent);
        transaction.Emit("payment_intent.succeeded", intent);
        if (outcome?.Dispute is { } reason)
        {
            DisputeFactory.FollowLocal(transaction, charge, reason, transaction.Methods.Of(attempt.Type).Challengeable);
        }

        PaymentAttempt.KeepForLater(transaction, intent, method);
        return true;
    }

    /// <summary>The customer or the bank turned it down.</summary>
    /// <param name="code">The error code; null takes the test value's or the method's own.</param>
    /// <returns>False when the intent does not wait for it.</returns>
    public static bool Fail(Transaction transaction, JsonObject intent, string? code = null)
    {
        if (!Open.Contains(intent.Text("status")) || LocalAttempt.Of(intent) is not { } attempt)
        {
            return false;
        }

        LocalPayments.CancelJobs(transaction, intent.Id());
        transaction.CancelJobs(JobKinds.PayLate, intent.Id());
        code ??= OutcomeOf(transaction, attempt)?.Code ?? transaction.Methods.Of(attempt.Type).Decline;
        const string Message = "The payment failed: the customer or the customer's bank turned it down.";
        JsonObject? charge = null;
        if (intent.Text("status") == IntentStatus.Processing)
        {
            charge = transaction.Get("charge", intent.Text("latest_charge"));
            charge["status"] = "failed";
            charge["captured"] = false;
            charge["amount_captured"] = 0L;
            charge["failure_code"] = code;
            charge["failure_message"] = Message;
            charge["outcome"] = ChargeFactory.TurnedDown(code);
        }

        End(transaction, intent, attempt, code, Message, charge);
        return true;
    }

    /// <summary>Nobody paid in time.</summary>
    /// <returns>False when the intent does not wait for it.</returns>
    public static bool Expire(Transaction transaction, JsonObject intent)
    {
        if (intent.Text("status") != IntentStatus.RequiresAction || LocalAttempt.Of(intent) is not { } attempt)
        {
            return false;
        }

        LocalPayments.CancelJobs(transaction, intent.Id());
        End(
            transaction, intent, attempt, "payment_intent_payment_attempt_expired", "The payment attempt expired before the customer completed it.", charge: null);
        return true;
    }

    /// <summary>
    /// Money that arrives after the expiry. An intent that waits for another method succeeds by it; one that was canceled stays canceled,
    /// and only its charge and what it received tell of the money.
    /// </summary>
    /// <returns>False when the method knows no late payment, or the intent was paid otherwise.</returns>
    public static bool PayLate(Transaction transaction, JsonObject intent, long? amount = null)
    {
        if (!TakesLate(transaction, intent))
        {
            return false;
        }

        var attempt = LocalAttempt.Of(intent)!;
        var method = transaction.Get("payment_method", attempt.Method);
        var charge = ChargeFactory.Build(transaction, intent, method, null, captured: true, authenticated: false, amount);
        Land(transaction, intent, charge, attempt);
        if (intent.Text("status") == IntentStatus.Canceled)
        {
            transaction.Save(intent);
            return true;
        }

        intent["payment_method"] = method.Id();
        intent["status"] = IntentStatus.Succeeded;
        intent["last_payment_error"] = null;
        transaction.Save(intent);
        transaction.Emit("payment_intent.succeeded", intent);
        return true;
    }

    /// <summary>Whether money may still arrive for an attempt that expired.</summary>
    public static bool TakesLate(Transaction transaction, JsonObject intent) =>
        LocalAttempt.Of(intent) is { ExpiresAt: { } expired } attempt
        && intent.Text("status") is IntentStatus.RequiresPaymentMethod or IntentStatus.Canceled
        && intent.Long("amount_received") == 0
        && transaction.Methods.Find(attempt.Type)?.Late is { } late
        && transaction.Now <= DateTimeOffset.FromUnixTimeSeconds(expired) + late;

    private static void Land(Transaction transaction, JsonObject intent, JsonObject charge, LocalAttempt attempt)
    {
        charge["status"] = "succeeded";
        charge["paid"] = true;
        charge["receipt_url"] = ChargeFactory.ReceiptOf(charge.Id());
        charge.Hidden()["refund"] = OutcomeOf(transaction, attempt)?.Refund.ToString();
        intent["latest_charge"] = charge.Id();
        intent["amount_received"] = charge.Long("amount");
        intent["next_action"] = null;
        PaymentAttempt.Settle(transaction, intent, charge);
        transaction.Save(charge);
        transaction.Emit("charge.succeeded", charge);
    }

    private static void End(Transaction transaction, JsonObject intent, LocalAttempt attempt, string code, string message, JsonObject? charge)
    {
        var error = StripeErrors.Body("invalid_request_error", message, code, null);
        error["payment_method"] = transaction.Get("payment_method", attempt.Method).Shown();
        if (charge is not null)
        {
            error["charge"] = charge.Id();
        }

        PaymentAttempt.Fail(transaction, intent, error, charge);
    }

    private static TestOutcome? OutcomeOf(Transaction transaction, LocalAttempt attempt) =>
        attempt.Outcome is null ? null : transaction.Methods.Outcomes.GetValueOrDefault(attempt.Outcome);
}
