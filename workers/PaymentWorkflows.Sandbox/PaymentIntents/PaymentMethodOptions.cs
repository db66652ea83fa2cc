using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary><c>payment_method_options</c>: what is kept of it and what is answered.</summary>
internal static class PaymentMethodOptions
{
    /// <summary>Takes over what the request says; the caller saves the intent.</summary>
    public static void Apply(ApiCall call, JsonObject intent)
    {
        var arguments = call.Arguments;
        if (arguments.Text("payment_method_options", "card", "request_three_d_secure") is { } requested)
        {
            intent["payment_method_options"]!["card"] = new JsonObject
            {
                ["installments"] = null,
                ["mandate_options"] = null,
                ["network"] = null,
                ["request_three_d_secure"] = requested,
            };
        }

        if (arguments.Text("payment_method_options", "card", "capture_method") is { } cardCapture)
        {
            intent["capture_method"] = cardCapture;
        }

        foreach (var type in call.Transaction.Methods.All.Select(method => method.Type))
        {
            if (arguments.Hash("payment_method_options", type) is { } given)
            {
                Keep(intent, type, given, call.Transaction.Methods.Of(type).Options);
            }
        }
    }

    private static void Keep(JsonObject intent, string type, JsonObject given, JsonObject template)
    {
        var hidden = intent.Hidden();
        hidden["options"] ??= new JsonObject();
        hidden["options"]![type] = given.DeepClone();
        var shown = (JsonObject)template.DeepClone();
        foreach (var (name, value) in given)
        {
            if (template.ContainsKey(name) || name == "setup_future_usage")
            {
                shown[name] = Typed(name, value);
            }
        }

        // Null stands for "not said" in the template; the provider leaves such members out unless they are times.
        foreach (var name in shown.Where(member => member.Value is null && !IsNumber(member.Key)).Select(member => member.Key).ToList())
        {
            shown.Remove(name);
        }

        intent["payment_method_options"]![type] = shown;
    }

    private static JsonNode? Typed(string name, JsonNode? value) =>
        IsNumber(name) && long.TryParse(value?.ToString(), CultureInfo.InvariantCulture, out var number) ? number : value?.DeepClone();

    private static bool IsNumber(string name) => name.StartsWith("expires_", StringComparison.Ordinal);
}
