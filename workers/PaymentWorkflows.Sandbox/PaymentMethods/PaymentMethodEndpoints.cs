using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentMethods;

/// <summary><c>/v1/payment_methods</c>.</summary>
internal static class PaymentMethodEndpoints
{
    public const string Kind = "payment_method";

    public static JsonObject Create(ApiCall call) => PaymentMethodFactory.FromArguments(call.Transaction, call.Arguments);

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "payment_method");

    public static JsonObject Attach(ApiCall call)
    {
        if (call.Arguments.Text("customer") is not { } customer)
        {
            throw StripeErrors.MissingParameter("customer");
        }

        call.Transaction.Get("customer", customer, "customer", inPath: false);
        var method = PaymentMethodFactory.Resolve(call.Transaction, call.Id, "payment_method");
        AttachTo(call.Transaction, method, customer);
        return method;
    }

    public static JsonObject Detach(ApiCall call)
    {
        var method = Retrieve(call);
        if (method["customer"] is null)
        {
            throw StripeErrors.State("The payment method you provided is not attached to a customer so detachment is impossible.");
        }

        DetachFrom(call.Transaction, method);
        return method;
    }

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["customer", "type"], method => method["customer"] is not null);

    /// <exception cref="StripeException">402 for the cards that decline, 400 when it belongs to another customer or was used up.</exception>
    public static void AttachTo(Transaction transaction, JsonObject method, string customer)
    {
        if (method.OptionalText("customer") is { } owner && owner != customer)
        {
            throw StripeErrors.State("The payment method you provided has already been attached to a customer.", param: "payment_method");
        }

        if (method["customer"] is null && (bool?)method[StoredObject.PrivateMember]?["used"] == true)
        {
            throw StripeErrors.State(
                "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.",
                param: "payment_method");
        }

        if (ChargeFactory.CardOf(method) is { RefusesAttach: true, Decline: { } decline })
        {
            throw CardErrors.Refused(decline);
        }

        if (method["customer"] is null)
        {
            method["customer"] = customer;
            transaction.Save(method);
            transaction.Emit("payment_method.attached", method);
        }
    }

    /// <summary>A detached payment method can't be used again.</summary>
    public static void DetachFrom(Transaction transaction, JsonObject method)
    {
        var owner = method.OptionalText("customer");
        method["customer"] = null;
        PaymentMethodRules.MarkUsed(transaction, method);
        transaction.Emit("payment_method.detached", method, new JsonObject { ["customer"] = owner });
    }
}
