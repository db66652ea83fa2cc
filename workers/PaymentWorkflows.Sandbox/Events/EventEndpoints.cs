using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Events;

/// <summary><c>/v1/events</c>.</summary>
internal static class EventEndpoints
{
    public const string Kind = "event";

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "id");

    public static JsonObject List(ApiCall call)
    {
        var types = call.Arguments.List("types");
        if (types.Count > 0 && call.Arguments.Has("type"))
        {
            throw StripeErrors.Parameter("You may pass either type or types, but not both.", "types");
        }

        if (types.Count > 20)
        {
            throw StripeErrors.Parameter("You may pass at most 20 types.", "types");
        }

        var wildcard = call.Arguments.Text("type") is { } type && type.EndsWith(".*", StringComparison.Ordinal) ? type[..^1] : null;
        var delivered = call.Arguments.Flag("delivery_success");
        return ObjectList.Answer(call, Kind, wildcard is null ? ["type"] : [], value => Matches(value, types, wildcard, delivered));
    }

    private static bool Matches(JsonObject value, IReadOnlyList<string> types, string? wildcard, bool? delivered) =>
        (types.Count == 0 || types.Contains(value.Text("type")))
        && (wildcard is null || value.Text("type").StartsWith(wildcard, StringComparison.Ordinal))
        && (delivered is null || (value.Long("pending_webhooks") == 0) == delivered);
}
