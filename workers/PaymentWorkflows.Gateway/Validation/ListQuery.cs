using System.Globalization;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Validation;

/// <summary>Reads the query of a list strictly.</summary>
internal static class ListQuery
{
    private const int MaxLimit = 100;
    private const int DefaultLimit = 10;

    /// <summary>Refuses every parameter but these, and those that are given twice.</summary>
    public static void Only(IQueryCollection query, IReadOnlyList<string> known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw ApiErrors.Unknown(name);
            }

            if (values.Count > 1)
            {
                throw ApiErrors.Duplicate(name);
            }
        }
    }

    /// <summary>The ids that a page comes after or before; never both.</summary>
    public static (T? After, T? Before) Cursors<T>(IQueryCollection query, string expected)
        where T : struct, IParsable<T>
    {
        var after = Id<T>(query, "starting_after", expected);
        var before = Id<T>(query, "ending_before", expected);
        return after is null || before is null ? (after, before) : throw ApiErrors.Wrong("ending_before", "left out when 'starting_after' is given");
    }

    public static T? Id<T>(IQueryCollection query, string name, string expected)
        where T : struct, IParsable<T> => Text(query, name) switch
        {
            null => null,
            var text when T.TryParse(text, null, out var id) => id,
            _ => throw ApiErrors.Wrong(name, expected),
        };

    public static T? OneOf<T>(IQueryCollection query, string name)
        where T : struct, Enum
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (HoldRules.Name(value) == text)
            {
                return value;
            }
        }

        throw ApiErrors.Wrong(name, $"one of: {string.Join(", ", Enum.GetValues<T>().Select(HoldRules.Name))}");
    }

    public static bool? Held(IQueryCollection query) => Text(query, "held") switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw ApiErrors.Wrong("held", "true or false"),
    };

    public static int Limit(IQueryCollection query) => Text(query, "limit") switch
    {
        null => DefaultLimit,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit => limit,
        _ => throw ApiErrors.Wrong("limit", $"an integer from 1 to {MaxLimit}"),
    };

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;
}
