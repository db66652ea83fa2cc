using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>The errors that the provider's API words in a fixed way.</summary>
internal static class StripeErrors
{
    public const string Documentation = "https://docs.stripe.com/error-codes/";

    /// <summary>A request refused while its parameters are read: never kept under the idempotency key.</summary>
    public static StripeException Parameter(string message, string? param, string? code = null) =>
        new(400, Body("invalid_request_error", message, code, param), saved: false);

    /// <summary>A request that was executed and refused by the state it met: kept under the idempotency key.</summary>
    public static StripeException State(string message, string? code = null, string? param = null, JsonObject? paymentIntent = null)
    {
        var body = Body("invalid_request_error", message, code, param);
        if (paymentIntent is not null)
        {
            body["payment_intent"] = paymentIntent;
        }

        return new StripeException(400, body, saved: true);
    }

    public static StripeException UnknownParameter(string param) =>
        Parameter($"Received unknown parameter: {param}", param, "parameter_unknown");

    public static StripeException MissingParameter(string param) =>
        Parameter($"Missing required param: {param}.", param, "parameter_missing");

    public static StripeException InvalidInteger(string param, string text) =>
        Parameter($"Invalid integer: {text}", param, "parameter_invalid_integer");

    public static StripeException EmptyParameter(string param) =>
        Parameter(
            $"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value.",
            param,
            "parameter_invalid_empty");

    /// <summary>404 for an object that a path names, 400 for one that a parameter names.</summary>
    public static StripeException Missing(string kind, string id, string param, bool inPath) =>
        new(inPath ? 404 : 400, Body("invalid_request_error", $"No such {kind}: '{id}'", "resource_missing", param), saved: true);

    public static StripeException UnknownUrl(string method, string path) =>
        new(
            404,
            Body("invalid_request_error", $"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.", null, null),
            saved: false);

    public static JsonObject Body(string type, string message, string? code, string? param)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = type };
        if (code is not null)
        {
            error["code"] = code;
            error["doc_url"] = Documentation + code.Replace('_', '-');
        }

        if (param is not null)
        {
            error["param"] = param;
        }

        return error;
    }
}
