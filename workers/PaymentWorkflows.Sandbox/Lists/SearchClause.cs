using System.Globalization;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.Lists;

/// <summary>One comparison of a search query.</summary>
/// <param name="Field">Dotted path, or <c>metadata</c> with <paramref name="Key"/>.</param>
/// <param name="Operator">One of <c>: ~ &gt; &gt;= &lt; &lt;=</c>.</param>
/// <param name="Value">Null asks for absence.</param>
internal sealed record SearchClause(bool Negated, string Field, string? Key, string Operator, string? Value)
{
    public bool Matches(JsonObject value) => Compare(value) != Negated;

    private bool Compare(JsonObject value)
    {
        JsonNode? node = value;
        foreach (var step in Field.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        if (Key is not null)
        {
            node = (node as JsonObject)?[Key];
        }

        if (Value is null || node is null)
        {
            return Value is null && node is null;
        }

        var text = node.ToString();
        return Operator switch
        {
            ":" => text.Equals(Value, Key is null ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
            "~" => text.Contains(Value, StringComparison.OrdinalIgnoreCase),
            _ => CompareNumbers(long.Parse(text, CultureInfo.InvariantCulture), long.Parse(Value, CultureInfo.InvariantCulture)),
        };
    }

    private bool CompareNumbers(long left, long right) => Operator switch
    {
        ">" => left > right,
        ">=" => left >= right,
        "<" => left < right,
        _ => left <= right,
    };
}
