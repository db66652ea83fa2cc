using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary><c>/v1/payment_intents</c> except capture and cancel.</summary>
internal static class PaymentIntentEndpoints
{
    public const string Kind = "payment_intent";

    private static readonly string[] Confirmable = [IntentStatus.RequiresPaymentMethod, IntentStatus.RequiresConfirmation, IntentStatus.RequiresAction];

    public static JsonObject Create(ApiCall call)
    {
        var confirm = call.Arguments.Flag("confirm") ?? false;
        foreach (var name in (string[])["off_session", "error_on_requires_action", "return_url", "mandate_data"])
        {
            if (!confirm && call.Arguments.Has(name))
            {
                throw StripeErrors.Parameter($"You cannot provide `{name}` when `confirm` is not set to true. Set `confirm` to true or remove `{name}`.", name);
            }
        }

        var intent = PaymentIntentFactory.Create(call);
        call.Transaction.Save(intent);
        call.Transaction.Emit("payment_intent.created", intent);
        if (confirm)
        {
            RequirePaymentMethod(intent);
            PaymentAttempt.Confirm(call.Transaction, intent, ConfirmOptions.From(call));
        }

        return intent;
    }

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "intent");

    public static JsonObject Update(ApiCall call)
    {
        var intent = call.Transaction.Get(Kind, call.Id, "intent");
        var status = intent.Text("status");
        var arguments = call.Arguments;
        if (arguments.Has("amount") || arguments.Has("currency") || arguments.Has("payment_method") || arguments.Has("payment_method_data") || arguments.Has("capture_method"))
        {
            RequireStatus(intent, Confirmable, "be updated");
            var currency = AmountRules.CheckCurrency(arguments.Text("currency") ?? intent.Text("currency"));
            var amount = arguments.Integer("amount") ?? intent.Long("amount");
            AmountRules.CheckCharge(amount, currency);
            intent["amount"] = amount;
            intent["currency"] = currency;
            intent["capture_method"] = arguments.Text("capture_method") ?? intent.Text("capture_method");
        }
        else if (status == IntentStatus.Canceled && arguments.Root.Children.Any(child => child.Key is not ("metadata" or "description" or "expand")))
        {
            RequireStatus(intent, Confirmable, "be updated");
        }

        PaymentIntentFactory.ApplyCommon(call, intent);
        if (status == IntentStatus.RequiresAction && intent.Text("payment_method") is not null && arguments.Has("payment_method"))
        {
            intent["status"] = IntentStatus.RequiresConfirmation;
            intent["next_action"] = null;
        }

        call.Transaction.Save(intent);
        return intent;
    }

    public static JsonObject Confirm(ApiCall call)
    {
        var intent = call.Transaction.Get(Kind, call.Id, "intent");
        RequireStatus(intent, Confirmable, "be confirmed");
        PaymentIntentFactory.ApplyCommon(call, intent);
        if (call.Arguments.Text("capture_method") is { } capture)
        {
            intent["capture_method"] = capture;
        }

        RequirePaymentMethod(intent);
        PaymentAttempt.Confirm(call.Transaction, intent, ConfirmOptions.From(call));
        return intent;
    }

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["customer", "customer_account"]);

    public static JsonObject Search(ApiCall call) => ObjectSearch.Answer(call, Kind, SearchFields.PaymentIntents);

    /// <exception cref="StripeException">400 <c>payment_intent_unexpected_state</c> with the intent.</exception>
    public static void RequireStatus(JsonObject intent, IReadOnlyList<string> allowed, string verb)
    {
        var status = intent.Text("status");
        if (!allowed.Contains(status))
        {
            throw StripeErrors.State(
                $"This PaymentIntent's status is {status} and it could not {verb}. Only a PaymentIntent with one of the following statuses may {verb}: {string.Join(", ", allowed)}.",
                "payment_intent_unexpected_state",
                paymentIntent: intent.Shown());
        }
    }

    private static void RequirePaymentMethod(JsonObject intent)
    {
        if (intent["payment_method"] is null)
        {
            throw StripeErrors.State(
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
                "payment_intent_unexpected_state",
                paymentIntent: intent.Shown());
        }
    }
}
