using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Lists;

/// <summary>Pages of objects, newest first.</summary>
internal static class ObjectList
{
    /// <summary>Answers a list request.</summary>
    /// <param name="fields">Indexed fields that may be filtered by their value; each is also the parameter's name.</param>
    /// <param name="where">A further condition on what is stored.</param>
    public static JsonObject Answer(ApiCall call, string kind, IReadOnlyList<string> fields, Func<JsonObject, bool>? where = null)
    {
        var (limit, after, before) = Cursor(call, kind);
        var range = CreatedRange(call);
        var wanted = fields
            .Select(field => (Field: field, Value: call.Arguments.Text(field)))
            .Where(filter => filter.Value is not null)
            .Select(filter => (filter.Field, Value: filter.Value!))
            .ToList();
        IEnumerable<StoredObject> candidates = wanted.Count > 0
            ? call.Transaction.Objects.WithTerm(kind, wanted[0].Field, wanted[0].Value)
            : call.Transaction.Objects.OfKind(kind);
        var ordered = before is null ? candidates.Reverse() : candidates;
        var page = new List<JsonObject>();
        var more = false;
        foreach (var stored in ordered)
        {
            if (!InCursor(stored, after, before)
                || !range(stored.Created)
                || !wanted.Skip(1).All(filter => stored.Terms.Contains(StoredObject.Term(kind, filter.Field, filter.Value))))
            {
                continue;
            }

            var value = stored.Read();
            if (value.Is("deleted") || (where is not null && !where(value)))
            {
                continue;
            }

            if (page.Count == limit)
            {
                more = true;
                break;
            }

            page.Add(value);
        }

        if (before is not null)
        {
            page.Reverse();
        }

        return Envelope(call.Path, page, more);
    }

    public static JsonObject Envelope(string url, IEnumerable<JsonObject> page, bool more) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. page]),
        ["has_more"] = more,
        ["url"] = url,
    };

    public static int Limit(ApiCall call)
    {
        var limit = call.Arguments.Integer("limit") ?? 10;
        return limit is >= 1 and <= 100
            ? (int)limit
            : throw StripeErrors.Parameter(
                limit < 1 ? "This value must be greater than or equal to 1." : "This value must be less than or equal to 100.", "limit", "parameter_invalid_integer");
    }

    private static (int Limit, long? After, long? Before) Cursor(ApiCall call, string kind)
    {
        var after = call.Arguments.Text("starting_after");
        var before = call.Arguments.Text("ending_before");
        if (after is not null && before is not null)
        {
            throw StripeErrors.Parameter("Received both starting_after and ending_before parameters. Please pass in only one.", "ending_before");
        }

        long? Position(string? id, string param) => id is null
            ? null
            : call.Transaction.Objects.Find(id) is { } stored && stored.Kind == kind
                ? stored.Sequence
                : throw StripeErrors.Missing(kind, id, param, inPath: false);
        return (Limit(call), Position(after, "starting_after"), Position(before, "ending_before"));
    }

    private static bool InCursor(StoredObject stored, long? after, long? before) =>
        (after is null || stored.Sequence < after) && (before is null || stored.Sequence > before);

    private static Func<long, bool> CreatedRange(ApiCall call)
    {
        var arguments = call.Arguments;
        if (!arguments.Has("created"))
        {
            return _ => true;
        }

        if (arguments.Integer("created") is { } exactly)
        {
            return created => created == exactly;
        }

        var (gt, gte) = (arguments.Integer("created", "gt"), arguments.Integer("created", "gte"));
        var (lt, lte) = (arguments.Integer("created", "lt"), arguments.Integer("created", "lte"));
        return created => !(created <= gt) && !(created < gte) && !(created >= lt) && !(created > lte);
    }
}
