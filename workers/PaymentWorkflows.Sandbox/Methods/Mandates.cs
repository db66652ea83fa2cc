using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>What customers agreed to for bank debits, and <c>/v1/mandates</c>.</summary>
internal static class Mandates
{
    public const string Kind = "mandate";

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "mandate");

    /// <summary>Keeps the agreement that a confirmation carries.</summary>
    public static JsonObject Create(Transaction transaction, MethodTraits traits, JsonObject method, ConfirmOptions options)
    {
        var id = Identifiers.New("mandate");
        var mandate = new JsonObject
        {
            ["id"] = id,
            ["object"] = Kind,
            ["customer_acceptance"] = Acceptance(transaction, options.Mandate?["customer_acceptance"]),
            ["livemode"] = false,
            ["multi_use"] = new JsonObject(),
            ["payment_method"] = method.Id(),
            ["payment_method_details"] = new JsonObject
            {
                [traits.Type] = Template.Fill(traits.Mandate, name => name == "page"
                    ? new Uri(options.BaseUrl, $"/mandates/{id}").ToString()
                    : throw new InvalidOperationException($"the mandate of {traits.Type} asks for '{name}'")),
                ["type"] = traits.Type,
            },
            ["status"] = "active",
            ["type"] = "multi_use",
        };
        transaction.Save(mandate);
        transaction.Emit("mandate.updated", mandate);
        return mandate;
    }

    private static JsonObject Acceptance(Transaction transaction, JsonNode? given)
    {
        var type = given?.OptionalText("type") ?? "offline";
        var acceptance = new JsonObject
        {
            ["accepted_at"] = long.TryParse(given?.OptionalText("accepted_at"), CultureInfo.InvariantCulture, out var at) ? at : transaction.NowSeconds,
            ["type"] = type,
        };
        acceptance[type] = type == "online"
            ? new JsonObject { ["ip_address"] = given?["online"]?["ip_address"]?.DeepClone(), ["user_agent"] = given?["online"]?["user_agent"]?.DeepClone() }
            : [];
        return acceptance;
    }
}
