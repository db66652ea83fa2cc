using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Lists;

/// <summary>Search results, newest first, in pages that an opaque token continues.</summary>
internal static class ObjectSearch
{
    public static JsonObject Answer(ApiCall call, string kind, SearchFields fields)
    {
        var query = SearchQuery.Parse(call.Arguments.Text("query")!, fields);
        var limit = ObjectList.Limit(call);
        var skip = ReadPage(call.Arguments.Text("page"));
        // The lag hides what is too young as an index that has not caught up does.
        var newest = (call.Transaction.Now - call.SearchLag).ToUnixTimeMilliseconds();
        var found = Candidates(call.Transaction.Objects, kind, query)
            .Reverse()
            .Where(stored => call.SearchLag == TimeSpan.Zero || stored.Created * 1000 <= newest)
            .Select(stored => stored.Read())
            .Where(value => !value.Is("deleted") && query.Matches(value))
            .ToList();
        var more = found.Count > skip + limit;
        var answer = new JsonObject
        {
            ["object"] = "search_result",
            ["data"] = new JsonArray([.. found.Skip(skip).Take(limit)]),
            ["has_more"] = more,
            ["next_page"] = more ? WritePage(skip + limit) : null,
            ["url"] = call.Path,
        };
        if (call.Arguments.List("expand").Contains("total_count"))
        {
            answer["total_count"] = found.Count;
        }

        return answer;
    }

    private static IEnumerable<StoredObject> Candidates(ObjectStore objects, string kind, SearchQuery query)
    {
        var narrow = query.AnyOf && query.Clauses.Count > 1
            ? null
            : query.Clauses.FirstOrDefault(clause => clause is { Field: "metadata", Negated: false, Operator: ":", Value: not null });
        return narrow is null
            ? objects.OfKind(kind)
            : objects.WithTerm(kind, $"metadata.{narrow.Key}", narrow.Value!);
    }

    private static string WritePage(int skip) => Convert.ToBase64String(Encoding.UTF8.GetBytes(skip.ToString(CultureInfo.InvariantCulture)));

    private static int ReadPage(string? page)
    {
        if (page is null)
        {
            return 0;
        }

        var buffer = new byte[page.Length];
        return Convert.TryFromBase64String(page, buffer, out var length) && int.TryParse(Encoding.UTF8.GetString(buffer, 0, length), out var skip)
            ? skip
            : throw StripeErrors.Parameter("Invalid page: use the next_page of an earlier answer.", "page");
    }
}
