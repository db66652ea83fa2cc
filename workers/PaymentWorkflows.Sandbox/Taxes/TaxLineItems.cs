using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>The lines of calculations and transactions, which live inside those; oldest first.</summary>
internal static class TaxLineItems
{
    /// <summary>The private list of an object's lines.</summary>
    public static JsonArray Of(JsonObject owner) => (JsonArray)owner[StoredObject.PrivateMember]!["lines"]!;

    /// <summary>The first page, as it is expanded inside its owner.</summary>
    public static JsonObject First(JsonObject owner, JsonArray lines) =>
        ObjectList.Envelope(UrlOf(owner), lines.Take(10).Select(line => (JsonObject)line!.DeepClone()), lines.Count > 10);

    /// <summary>Answers a list request.</summary>
    public static JsonObject Page(ApiCall call, JsonObject owner)
    {
        var lines = Of(owner).Select(line => (JsonObject)line!).ToList();
        var limit = ObjectList.Limit(call);
        var (after, before) = (call.Arguments.Text("starting_after"), call.Arguments.Text("ending_before"));
        int Position(string id, string param)
        {
            var at = lines.FindIndex(line => line.Id() == id);
            return at >= 0 ? at : throw StripeErrors.Missing("line item", id, param, inPath: false);
        }

        var (from, to) = (0, lines.Count);
        if (after is not null)
        {
            from = Position(after, "starting_after") + 1;
        }
        else if (before is not null)
        {
            to = Position(before, "ending_before");
            from = Math.Max(0, to - limit);
        }

        var page = lines.Take(to).Skip(from).Take(limit).Select(line => (JsonObject)line.DeepClone());
        var more = before is null ? from + limit < to : from > 0;
        return ObjectList.Envelope(call.Path, page, more);
    }

    private static string UrlOf(JsonObject owner) =>
        $"/v1/tax/{(owner.Text("object") == TaxCalculations.Kind ? "calculations" : "transactions")}/{owner.Id()}/line_items";
}
