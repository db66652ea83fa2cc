using System.Text.Json;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Holds;
using Temporalio.Converters;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>
/// Reads the signal <c>intervene</c> as people send it. The SDK drops a signal whose JSON does not fit its type, and the person would
/// never know; so it is taken raw, and what does not fit is an act that is refused with the reason.
/// </summary>
public static class SentActReader
{
    private const string Shape = """Send one JSON object such as {"action":"retry","actor":"your name","reason":"why"}""";

    private static readonly string[] Texts = ["action", "actor", "reason", "hold", "evidence", "id"];

    /// <summary>Reads the payloads of one signal.</summary>
    /// <param name="act">The first; null when the signal came with nothing.</param>
    /// <param name="more">The second, which nobody should send.</param>
    public static SentAct Read(IRawValue? act, IRawValue? more = null)
    {
        var read = Read(act is null ? [] : act.Payload.Data.Span);
        return more is null ? read : read with { Problem = $"One act at a time: the signal came with several inputs. {Shape}." };
    }

    /// <summary>Reads the JSON of one act.</summary>
    public static SentAct Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            // Nothing at all: refused like any other act that names no action.
            return new SentAct(new Intervention());
        }

        JsonElement root;
        try
        {
            root = JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return new SentAct(new Intervention(), $"This is no JSON. {Shape}.");
        }

        return root.ValueKind switch
        {
            JsonValueKind.Null => new SentAct(new Intervention()),
            JsonValueKind.Object => ReadObject(root),
            _ => new SentAct(new Intervention(), $"This is {Kind(root)}. {Shape}."),
        };
    }

    private static SentAct ReadObject(JsonElement root)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Dictionary<string, string>? change = null;
        string? problem = null;
        var seen = new List<string>();
        foreach (var field in root.EnumerateObject())
        {
            // As the product's JSON is read everywhere: the case of a field's name does not matter.
            var name = Name(field).ToLowerInvariant();
            if (seen.Contains(name))
            {
                problem ??= $"'{name}' is given twice.";
            }
            else if (name == "change")
            {
                problem ??= ReadChange(field.Value, ref change);
            }
            else if (!Texts.Contains(name))
            {
                problem ??= $"There is no field '{ActRules.Kept(Name(field), 50)}'. The fields are: {string.Join(", ", Texts)}, change.";
            }
            else if (field.Value.ValueKind == JsonValueKind.String)
            {
                texts[name] = Text(field.Value);
            }
            else if (field.Value.ValueKind != JsonValueKind.Null)
            {
                problem ??= $"'{name}' must be a text; this is {Kind(field.Value)}.";
            }

            seen.Add(name);
        }

        return new SentAct(
            new Intervention
            {
                Action = texts.GetValueOrDefault("action"),
                Actor = texts.GetValueOrDefault("actor"),
                Reason = texts.GetValueOrDefault("reason"),
                Hold = texts.GetValueOrDefault("hold"),
                Evidence = texts.GetValueOrDefault("evidence"),
                Id = texts.GetValueOrDefault("id"),
                Change = change,
            },
            problem);
    }

    private static string? ReadChange(JsonElement value, ref Dictionary<string, string>? change)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return $"'change' must be an object of fields and their new texts; this is {Kind(value)}.";
        }

        change = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String)
            {
                return $"'change' must be an object of fields and their new texts; '{ActRules.Kept(Name(field), 50)}' is {Kind(field.Value)}.";
            }

            if (!change.TryAdd(Name(field), Text(field.Value)))
            {
                return $"'{ActRules.Kept(Name(field), 50)}' is given twice.";
            }
        }

        return null;
    }

    private static string Name(JsonProperty field) => Readable(() => field.Name);

    private static string Text(JsonElement value) => Readable(() => value.GetString()!);

    private static string Readable(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // Half of a character behind an escape: no text, and refused as one that cannot be printed.
            return "\uFFFD";
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "nothing",
    };
}
