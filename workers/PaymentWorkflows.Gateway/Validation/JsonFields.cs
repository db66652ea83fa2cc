using System.Text.Json;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Validation;

/// <summary>Reads the fields of one JSON object strictly. Null counts as absent. Every refusal names the field's path.</summary>
/// <param name="element">The object.</param>
/// <param name="path">Its path, empty for the body itself.</param>
public readonly struct JsonFields(JsonElement element, string path)
{
    private const int LongestName = 60;

    /// <summary>Refuses every field but these.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                throw ApiErrors.Unknown(Join(path, property.Name));
            }
        }
    }

    public string At(string name) => Join(path, name);

    public bool Has(string name) => Find(name) is not null;

    public string Text(string name, int maxLength) => OptionalText(name, maxLength) ?? throw ApiErrors.Missing(At(name));

    public string? OptionalText(string name, int maxLength)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw ApiErrors.WrongType(At(name), "a string");
        }

        var text = value.GetString()!;
        return text.Length >= 1 && text.Length <= maxLength ? text : throw ApiErrors.Wrong(At(name), $"1 to {maxLength} characters long");
    }

    /// <summary>An id, currency or other value type that knows its own rules.</summary>
    public T Parsed<T>(string name, int maxLength, string expected)
        where T : struct, IParsable<T>
    {
        if (Find(name) is { ValueKind: not JsonValueKind.String })
        {
            throw ApiErrors.WrongType(At(name), "a string");
        }

        var text = Find(name)?.GetString() ?? throw ApiErrors.Missing(At(name));
        return text.Length <= maxLength && T.TryParse(text, null, out var value) ? value : throw ApiErrors.Wrong(At(name), expected);
    }

    public long Whole(string name, long min, long max) => OptionalWhole(name, min, max) ?? throw ApiErrors.Missing(At(name));

    public long? OptionalWhole(string name, long min, long max)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || value.GetRawText().AsSpan().ContainsAny(".eE"))
        {
            throw ApiErrors.WrongType(At(name), "an integer");
        }

        return value.TryGetInt64(out var number) && number >= min && number <= max
            ? number
            : throw ApiErrors.Wrong(At(name), $"an integer from {min} to {max}");
    }

    /// <summary>One of the names, or the fallback when absent.</summary>
    public string OneOf(string name, string fallback, params string[] allowed)
    {
        var text = OptionalText(name, 100) ?? fallback;
        return allowed.Contains(text, StringComparer.Ordinal) ? text : throw ApiErrors.Wrong(At(name), $"one of: {string.Join(", ", allowed)}");
    }

    public JsonFields Nested(string name) => OptionalNested(name) ?? throw ApiErrors.Missing(At(name));

    public JsonFields? OptionalNested(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object ? new JsonFields(value, At(name)) : throw ApiErrors.WrongType(At(name), "an object");
    }

    public IReadOnlyList<JsonFields> Objects(string name, int maxCount)
    {
        var value = Find(name) ?? throw ApiErrors.Missing(At(name));
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw ApiErrors.WrongType(At(name), "an array");
        }

        var count = value.GetArrayLength();
        if (count < 1 || count > maxCount)
        {
            throw ApiErrors.Wrong(At(name), $"an array of 1 to {maxCount} objects");
        }

        var objects = new List<JsonFields>(count);
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            var at = $"{At(name)}[{index}]";
            objects.Add(item.ValueKind == JsonValueKind.Object ? new JsonFields(item, at) : throw ApiErrors.WrongType(at, "an object"));
        }

        return objects;
    }

    /// <summary>The names of the object's fields, in their order.</summary>
    public IReadOnlyList<string> Names => [.. element.EnumerateObject().Select(property => property.Name)];

    /// <summary>The field's text, which may be empty.</summary>
    public string AnyText(string name) => Find(name) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw ApiErrors.WrongType(At(name), "a string");

    /// <summary>Names longer than any of ours are cut: a path is built for every value, so a huge name must not be multiplied.</summary>
    internal static string Join(string path, string name)
    {
        var shown = name.Length <= LongestName ? name : $"{name[..LongestName]}...";
        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
