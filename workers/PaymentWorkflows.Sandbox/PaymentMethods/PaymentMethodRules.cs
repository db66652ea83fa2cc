using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentMethods;

/// <summary>Whether a payment method can pay an intent.</summary>
internal static class PaymentMethodRules
{
    /// <exception cref="StripeException">400 when the type is not offered, the owner is another customer, or it was used up.</exception>
    public static void CheckUsable(JsonObject intent, JsonObject method)
    {
        var type = method.Text("type");
        if (intent["payment_method_types"] is JsonArray types && !types.Any(offered => (string?)offered == type))
        {
            throw StripeErrors.State(
                $"The PaymentMethod provided ({type}) is not allowed for this PaymentIntent. Please use a PaymentMethod of a type in its payment_method_types: {string.Join(", ", types.Select(offered => (string?)offered))}.",
                "payment_intent_incompatible_payment_method",
                "payment_method");
        }

        var owner = method.OptionalText("customer");
        if (owner is not null && owner != intent.OptionalText("customer"))
        {
            throw StripeErrors.State(
                $"The provided PaymentMethod cannot be used: it belongs to the Customer {owner}. Please include the Customer in the `customer` parameter.",
                param: "payment_method");
        }

        if (owner is null && (bool?)method[StoredObject.PrivateMember]?["used"] == true)
        {
            throw StripeErrors.State(
                "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
                param: "payment_method");
        }
    }

    /// <summary>A payment method that belongs to nobody pays once.</summary>
    public static void MarkUsed(Transaction transaction, JsonObject method)
    {
        if (method["customer"] is null)
        {
            method.Hidden()["used"] = true;
            transaction.Save(method);
        }
    }

    /// <summary>Remembers that the customer agreed to later payments.</summary>
    public static void MarkSetUp(Transaction transaction, JsonObject method)
    {
        if (method[StoredObject.PrivateMember] is JsonObject hidden)
        {
            hidden["set_up"] = true;
            transaction.Save(method);
        }
    }

    public static bool IsSetUp(JsonObject method) => (bool?)method[StoredObject.PrivateMember]?["set_up"] == true;
}
