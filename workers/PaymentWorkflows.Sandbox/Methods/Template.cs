using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>
/// Fills the <c>{names}</c> in a JSON value. A text that is one name alone becomes the name's value, whatever its type; a name inside a
/// longer text becomes text. <c>{digits:N}</c> and <c>{random:N}</c> are made up each time.
/// </summary>
internal static partial class Template
{
    /// <param name="values">Told the name; null for a name without value.</param>
    public static JsonNode? Fill(JsonNode? template, Func<string, JsonNode?> values) => template switch
    {
        JsonObject hash => new JsonObject(hash.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, values)))),
        JsonArray list => new JsonArray([.. list.Select(item => Fill(item, values))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => FillText((string)value!, values),
        _ => template?.DeepClone(),
    };

    /// <summary>The text with all names filled in.</summary>
    public static string Text(string template, Func<string, JsonNode?> values) =>
        Name().Replace(template, match => Value(match.Groups[1].Value, values)?.ToString() ?? string.Empty);

    private static JsonNode? FillText(string text, Func<string, JsonNode?> values) =>
        Name().Match(text) is { Success: true } match && match.Length == text.Length
            ? Value(match.Groups[1].Value, values)?.DeepClone()
            : JsonValue.Create(Text(text, values));

    private static JsonNode? Value(string name, Func<string, JsonNode?> values)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return values(name);
        }

        var length = int.Parse(name[(colon + 1)..], CultureInfo.InvariantCulture);
        return name[..colon] switch
        {
            "digits" => RandomNumberGenerator.GetString("0123456789", length),
            "random" => Identifiers.RandomText(length),
            var other => throw new InvalidOperationException($"a template asks for '{other}'; there are digits and random"),
        };
    }

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Name();
}
