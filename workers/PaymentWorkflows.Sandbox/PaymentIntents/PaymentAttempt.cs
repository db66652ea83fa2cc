using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Disputes;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>What happens from a confirmation to the outcome of its charge.</summary>
internal static class PaymentAttempt
{
    /// <summary>How long after an <c>automatic_async</c> charge its balance transaction appears.</summary>
    public static readonly TimeSpan SettlementDelay = TimeSpan.FromSeconds(1);

    /// <summary>Confirms an intent that has a payment method.</summary>
    /// <exception cref="StripeException">402 when it is declined; what led there is saved.</exception>
    public static void Confirm(Transaction transaction, JsonObject intent, ConfirmOptions options)
    {
        var method = transaction.Get("payment_method", intent.Text("payment_method"), "payment_method", inPath: false);
        var card = ChargeFactory.CardOf(method);
        intent["last_payment_error"] = null;
        intent["next_action"] = null;
        LocalPayments.CancelJobs(transaction, intent.Id());
        if (card is null)
        {
            LocalPayments.Start(transaction, intent, method, options);
            return;
        }

        transaction.CancelJobs(JobKinds.PayLate, intent.Id());
        LocalAttempt.Forget(intent);
        if (!NeedsAuthentication(card, intent, method, options.OffSession))
        {
            Charge(transaction, intent, method, authenticated: false);
            return;
        }

        if (options.OffSession || options.ErrorOnRequiresAction)
        {
            Refuse(transaction, intent, method, Declines.All["authentication_required"], authenticated: false);
        }

        NextActions.RequireThreeDSecure(transaction, intent, options);
    }

    /// <summary>Charges the payment method after all questions to the customer are answered.</summary>
    /// <exception cref="StripeException">402 when it is declined.</exception>
    public static void Charge(Transaction transaction, JsonObject intent, JsonObject method, bool authenticated)
    {
        var card = ChargeFactory.CardOf(method);
        if (card?.Decline is { } decline)
        {
            Refuse(transaction, intent, method, decline, authenticated);
        }

        var manual = intent.Text("capture_method") == "manual";
        var charge = ChargeFactory.Build(transaction, intent, method, null, captured: !manual, authenticated);
        intent["latest_charge"] = charge.Id();
        intent["next_action"] = null;
        intent["last_payment_error"] = null;
        if (manual)
        {
            Authorize(transaction, intent, charge);
        }
        else
        {
            Complete(transaction, intent, charge, card);
        }

        KeepForLater(transaction, intent, method);
    }

    private static bool NeedsAuthentication(TestCard card, JsonObject intent, JsonObject method, bool offSession)
    {
        var requested = intent["payment_method_options"]?["card"]?["request_three_d_secure"] is { } asked && (string)asked! is "any" or "challenge";
        return card.Authentication switch
        {
            AuthenticationNeed.Always => true,
            AuthenticationNeed.UnlessSetUp => !PaymentMethodRules.IsSetUp(method) || (requested && !offSession),
            AuthenticationNeed.OnSession => !offSession,
            AuthenticationNeed.Optional => requested && !offSession,
            AuthenticationNeed.NotSupported => false,
            _ => throw new InvalidOperationException($"unknown need {card.Authentication}"),
        };
    }

    private static void Authorize(Transaction transaction, JsonObject intent, JsonObject charge)
    {
        intent["status"] = IntentStatus.RequiresCapture;
        intent["amount_capturable"] = intent.Long("amount");
        transaction.Save(charge);
        transaction.Save(intent);
        transaction.Schedule(JobKinds.ExpireAuthorization, intent.Id(), transaction.Now + ChargeFactory.AuthorizationPeriod);
        transaction.Emit("charge.succeeded", charge);
        transaction.Emit("payment_intent.amount_capturable_updated", intent);
    }

    private static void Complete(Transaction transaction, JsonObject intent, JsonObject charge, TestCard? card)
    {
        var amount = intent.Long("amount");
        intent["status"] = IntentStatus.Succeeded;
        intent["amount_received"] = amount;
        Settle(transaction, intent, charge);
        transaction.Save(charge);
        transaction.Save(intent);
        transaction.Emit("charge.succeeded", charge);
        transaction.Emit("payment_intent.succeeded", intent);
        DisputeFactory.Follow(transaction, charge, card);
    }

    /// <summary>Books a paid charge, at once or a moment later, as the intent's capture method says. The caller saves the charge.</summary>
    public static void Settle(Transaction transaction, JsonObject intent, JsonObject charge)
    {
        if (intent.Text("capture_method") == "automatic_async")
        {
            transaction.Schedule(JobKinds.SettleCharge, charge.Id(), transaction.Now + SettlementDelay);
            return;
        }

        charge["balance_transaction"] = BalanceBook.ForCharge(
            transaction, charge, charge.Long("amount_captured"), ChargeFactory.CardOf(charge)?.BypassesPending ?? false);
    }

    private static void Refuse(Transaction transaction, JsonObject intent, JsonObject method, Decline decline, bool authenticated)
    {
        var charge = ChargeFactory.Build(transaction, intent, method, decline, captured: false, authenticated);
        var error = CardErrors.Body(decline, charge.Id(), method);
        intent["latest_charge"] = charge.Id();
        Fail(transaction, intent, error, charge);
        var answer = (JsonObject)error.DeepClone();
        answer["payment_intent"] = intent.Shown();
        throw new StripeException(402, answer, saved: true);
    }

    /// <summary>Back to <c>requires_payment_method</c> with the reason.</summary>
    public static void Fail(Transaction transaction, JsonObject intent, JsonObject error, JsonObject? charge)
    {
        intent["last_payment_error"] = error.DeepClone();
        intent["payment_method"] = null;
        intent["next_action"] = null;
        intent["status"] = IntentStatus.RequiresPaymentMethod;
        if (charge is not null)
        {
            transaction.Save(charge);
            transaction.Emit("charge.failed", charge);
        }

        transaction.Save(intent);
        transaction.Emit("payment_intent.payment_failed", intent);
    }

    /// <summary>Attaches the method to the customer when later payments are meant; otherwise it is used up.</summary>
    public static void KeepForLater(Transaction transaction, JsonObject intent, JsonObject method)
    {
        if (intent["setup_future_usage"] is null)
        {
            PaymentMethodRules.MarkUsed(transaction, method);
            return;
        }

        PaymentMethodRules.MarkSetUp(transaction, method);
        if (intent.OptionalText("customer") is { } customer && method["customer"] is null)
        {
            method["customer"] = customer;
            transaction.Save(method);
            transaction.Emit("payment_method.attached", method);
        }
    }
}
