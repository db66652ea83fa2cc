using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.SetupIntents;

/// <summary><c>/v1/setup_intents</c>.</summary>
internal static class SetupIntentEndpoints
{
    public const string Kind = "setup_intent";

    private static readonly string[] Open = [IntentStatus.RequiresPaymentMethod, IntentStatus.RequiresConfirmation, IntentStatus.RequiresAction];

    public static JsonObject Create(ApiCall call)
    {
        var arguments = call.Arguments;
        var id = Identifiers.New("seti");
        var intent = new JsonObject
        {
            ["id"] = id,
            ["object"] = Kind,
            ["allowed_payment_method_types"] = null,
            ["application"] = null,
            ["automatic_payment_methods"] = new JsonObject { ["allow_redirects"] = arguments.Text("automatic_payment_methods", "allow_redirects") ?? "always", ["enabled"] = true },
            ["cancellation_reason"] = null,
            ["client_secret"] = Identifiers.ClientSecret(id),
            ["created"] = call.Transaction.NowSeconds,
            ["customer"] = null,
            ["customer_account"] = null,
            ["description"] = arguments.Text("description"),
            ["excluded_payment_method_types"] = null,
            ["flow_directions"] = null,
            ["last_setup_error"] = null,
            ["latest_attempt"] = null,
            ["livemode"] = false,
            ["mandate"] = null,
            ["metadata"] = arguments.MergeMetadata(null),
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray("card"),
            ["single_use_mandate"] = null,
            ["status"] = IntentStatus.RequiresPaymentMethod,
            ["usage"] = arguments.Text("usage") ?? "off_session",
        };
        if (arguments.Text("customer") is { } customer)
        {
            call.Transaction.Get("customer", customer, "customer", inPath: false);
            intent["customer"] = customer;
        }

        ApplyPaymentMethod(call, intent);
        call.Transaction.Save(intent);
        call.Transaction.Emit("setup_intent.created", intent);
        if (arguments.Flag("confirm") == true)
        {
            ConfirmWith(call, intent);
        }

        return intent;
    }

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "intent");

    public static JsonObject Confirm(ApiCall call)
    {
        var intent = Retrieve(call);
        RequireOpen(intent, "confirmed");
        ApplyPaymentMethod(call, intent);
        ConfirmWith(call, intent);
        return intent;
    }

    public static JsonObject Cancel(ApiCall call)
    {
        var intent = Retrieve(call);
        RequireOpen(intent, "canceled");
        intent["status"] = IntentStatus.Canceled;
        intent["cancellation_reason"] = call.Arguments.Text("cancellation_reason");
        intent["next_action"] = null;
        call.Transaction.Save(intent);
        call.Transaction.Emit("setup_intent.canceled", intent);
        return intent;
    }

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["customer", "payment_method"]);

    /// <summary>Ends a set-up after all questions to the customer are answered.</summary>
    /// <exception cref="StripeException">402 when the card declines.</exception>
    public static void Complete(Transaction transaction, JsonObject intent, JsonObject method)
    {
        if (ChargeFactory.CardOf(method) is { Decline: { } decline, RefusesAttach: true })
        {
            var error = CardErrors.Body(decline, paymentMethod: method);
            Fail(transaction, intent, error);
            var answer = (JsonObject)error.DeepClone();
            answer["setup_intent"] = intent.Shown();
            throw new StripeException(402, answer, saved: true);
        }

        intent["status"] = IntentStatus.Succeeded;
        intent["next_action"] = null;
        intent["last_setup_error"] = null;
        PaymentMethodRules.MarkSetUp(transaction, method);
        if (intent.OptionalText("customer") is { } customer)
        {
            PaymentMethodEndpoints.AttachTo(transaction, method, customer);
        }

        transaction.Save(intent);
        transaction.Emit("setup_intent.succeeded", intent);
    }

    /// <summary>Back to <c>requires_payment_method</c> with the reason.</summary>
    public static void Fail(Transaction transaction, JsonObject intent, JsonObject error)
    {
        intent["last_setup_error"] = error.DeepClone();
        intent["payment_method"] = null;
        intent["next_action"] = null;
        intent["status"] = IntentStatus.RequiresPaymentMethod;
        transaction.Save(intent);
        transaction.Emit("setup_intent.setup_failed", intent);
    }

    private static void ConfirmWith(ApiCall call, JsonObject intent)
    {
        if (intent.OptionalText("payment_method") is not { } id)
        {
            throw StripeErrors.State(
                "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
                "setup_intent_unexpected_state");
        }

        var method = call.Transaction.Get(PaymentMethodEndpoints.Kind, id, "payment_method", inPath: false);
        var need = ChargeFactory.CardOf(method)?.Authentication ?? AuthenticationNeed.NotSupported;
        if (need is AuthenticationNeed.Always or AuthenticationNeed.UnlessSetUp or AuthenticationNeed.OnSession)
        {
            intent["next_action"] = NextActions.ThreeDSecure(intent, ConfirmOptions.From(call));
            intent["status"] = IntentStatus.RequiresAction;
            call.Transaction.Save(intent);
            call.Transaction.Emit("setup_intent.requires_action", intent);
            return;
        }

        Complete(call.Transaction, intent, method);
    }

    private static void ApplyPaymentMethod(ApiCall call, JsonObject intent)
    {
        var method = call.Arguments.Text("payment_method") is { } id
            ? PaymentMethodFactory.Resolve(call.Transaction, id, "payment_method")
            : call.Arguments.Has("payment_method_data") ? PaymentMethodFactory.FromArguments(call.Transaction, call.Arguments, "payment_method_data") : null;
        if (method is null)
        {
            return;
        }

        PaymentMethodRules.CheckUsable(intent, method);
        intent["payment_method"] = method.Id();
        if (intent.Text("status") == IntentStatus.RequiresPaymentMethod)
        {
            intent["status"] = IntentStatus.RequiresConfirmation;
        }
    }

    private static void RequireOpen(JsonObject intent, string verb)
    {
        if (!Open.Contains(intent.Text("status")))
        {
            throw StripeErrors.State(
                $"This SetupIntent cannot be {verb} because it has a status of {intent.Text("status")}. Only a SetupIntent with one of the following statuses may be {verb}: {string.Join(", ", Open)}.",
                "setup_intent_unexpected_state");
        }
    }
}
