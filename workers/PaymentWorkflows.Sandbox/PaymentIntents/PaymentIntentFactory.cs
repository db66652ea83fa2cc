using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>Builds and changes payment intents from request parameters.</summary>
internal static class PaymentIntentFactory
{
    private static readonly string[] PlainTexts =
        ["description", "receipt_email", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix", "transfer_group", "on_behalf_of", "customer_account"];

    public static JsonObject Create(ApiCall call)
    {
        var arguments = call.Arguments;
        var currency = AmountRules.CheckCurrency(arguments.Text("currency")!);
        var amount = arguments.Integer("amount")!.Value;
        AmountRules.CheckCharge(amount, currency);
        var id = Identifiers.New("pi");
        var automatic = arguments.Flag("automatic_payment_methods", "enabled") ?? !arguments.Has("allowed_payment_method_types");
        var intent = new JsonObject
        {
            ["id"] = id,
            ["object"] = "payment_intent",
            ["allowed_payment_method_types"] = ListOrNull(arguments.List("allowed_payment_method_types")),
            ["amount"] = amount,
            ["amount_capturable"] = 0L,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = 0L,
            ["application"] = null,
            ["application_fee_amount"] = arguments.Integer("application_fee_amount"),
            ["automatic_payment_methods"] = automatic
                ? new JsonObject { ["allow_redirects"] = arguments.Text("automatic_payment_methods", "allow_redirects") ?? "always", ["enabled"] = true }
                : null,
            ["canceled_at"] = null,
            ["cancellation_reason"] = null,
            ["capture_method"] = arguments.Text("capture_method") ?? "automatic_async",
            ["client_secret"] = Identifiers.ClientSecret(id),
            ["confirmation_method"] = arguments.Text("confirmation_method") ?? "automatic",
            ["created"] = call.Transaction.NowSeconds,
            ["currency"] = currency,
            ["customer"] = null,
            ["customer_account"] = null,
            ["description"] = null,
            ["excluded_payment_method_types"] = ListOrNull(arguments.List("excluded_payment_method_types")),
            ["last_payment_error"] = null,
            ["latest_charge"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = Types(call.Transaction.Methods, arguments, currency),
            ["processing"] = null,
            ["receipt_email"] = null,
            ["review"] = null,
            ["setup_future_usage"] = null,
            ["shipping"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = null,
            ["status"] = IntentStatus.RequiresPaymentMethod,
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
        ApplyCommon(call, intent);
        return intent;
    }

    /// <summary>Sets what create, update and confirm have in common; the caller saves.</summary>
    public static void ApplyCommon(ApiCall call, JsonObject intent)
    {
        var arguments = call.Arguments;
        foreach (var name in PlainTexts.Where(name => arguments.Has(name)))
        {
            intent[name] = arguments.Text(name);
        }

        if (arguments.Has("statement_descriptor") && arguments.Text("statement_descriptor") is { } descriptor && (descriptor.Length > 22 || descriptor.IndexOfAny(['<', '>', '\\', '"', '\'', '*']) >= 0))
        {
            throw StripeErrors.Parameter("The statement descriptor must be at most 22 characters and may not contain <, >, \\, ', \" or *.", "statement_descriptor");
        }

        intent["metadata"] = arguments.MergeMetadata(intent["metadata"]);
        foreach (var name in (string[])["shipping", "transfer_data"])
        {
            if (arguments.Hash(name) is { } hash)
            {
                intent[name] = hash;
            }
        }

        if (arguments.Text("customer") is { } customer)
        {
            call.Transaction.Get("customer", customer, "customer", inPath: false);
            intent["customer"] = customer;
        }

        PaymentMethodOptions.Apply(call, intent);
        AttachPaymentMethod(call, intent);
    }

    private static void AttachPaymentMethod(ApiCall call, JsonObject intent)
    {
        var arguments = call.Arguments;
        JsonObject? method = null;
        if (arguments.Text("confirmation_token") is not null)
        {
            throw StripeErrors.Parameter("Confirmation tokens are made in a browser; the sandbox has none. Use payment_method or payment_method_data.", "confirmation_token");
        }

        if (arguments.Text("payment_method") is { } id)
        {
            method = PaymentMethodFactory.Resolve(call.Transaction, id, "payment_method");
        }
        else if (arguments.Has("payment_method_data"))
        {
            method = PaymentMethodFactory.FromArguments(call.Transaction, arguments, "payment_method_data");
        }

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

    private static JsonArray? ListOrNull(IReadOnlyList<string> values) =>
        values.Count == 0 ? null : new JsonArray([.. values.Select(value => (JsonNode)value)]);

    private static JsonArray Types(MethodCatalog methods, Arguments arguments, string currency)
    {
        var allowed = arguments.List("allowed_payment_method_types");
        var excluded = arguments.List("excluded_payment_method_types");
        if (allowed.FirstOrDefault(type => type != "card" && methods.Find(type) is null) is { } unknown)
        {
            throw StripeErrors.Parameter(
                $"The payment method type \"{unknown}\" is invalid. Please ensure the provided type is activated in your dashboard (https://dashboard.stripe.com/account/payments/settings) and your account is enabled for any preview features that you are trying to use.",
                "allowed_payment_method_types",
                "payment_intent_invalid_parameter");
        }

        // Without redirects only what stays on the page is offered.
        var stays = arguments.Text("automatic_payment_methods", "allow_redirects") == "never";
        IEnumerable<string> types = allowed.Count > 0
            ? allowed
            : ["card", .. methods.All.Where(method => Takes(method, currency) && !(stays && method.Flow == MethodFlow.Redirect)).Select(method => method.Type)];
        return new JsonArray([.. types.Except(excluded).Select(type => (JsonNode)type)]);
    }

    private static bool Takes(MethodTraits method, string currency) => method.Currencies.Count == 0 || method.Currencies.Contains(currency);
}
