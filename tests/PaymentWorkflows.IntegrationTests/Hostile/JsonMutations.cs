using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>What can be done to a body that is right: to its fields, to its text, to its bytes.</summary>
internal static class JsonMutations
{
    private const string Mark = "@@here@@";

    /// <summary>What stands in the place of a value. Not all of it is JSON.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "2", "1.0", "1.5", "1e2", "1E5", "1e999", "-1e-999", "9223372036854775807", "9223372036854775808", "-9223372036854775809", new('9', 400), "0.1e1", "01", "+1", ".5", "0x10", "1_000", "NaN",
        "Infinity", "undefined", "'x'", "\"\"", "\" \"", "\"x\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\uFEFF\"", "\"\\u202e\"", "\"\\u2028\"", "\"\\x41\"", "\"\\", "\"a", "\"a\nb\"",
        "\"\u0001\"", "\"\u007f\"", "\"../../../etc/passwd\"", "\"'; DROP TABLE pay.checkouts; --\"", "\"%00\"", "\"%s%n%x\"", "\"${jndi:ldap://x}\"", "\"{{7*7}}\"", "\"<script>alert(1)</script>\"", "\"\\r\\nSet-Cookie: a=b\"",
        "[]", "{}", "[[]]", "[null]", "[1,2,3]", "{\"a\":1}", "{\"\":1}", "{\"__proto__\":{}}", "{\"id\":\"x\",\"id\":\"y\"}", "[{},{},{}]", "{\"a\":1,}", "[1,]", "/* c */ 1", "1 // c", "eur", "\"EUR\"", "\"xxx\"", "\"manual\"", "\"automatic\"", "\"pix\"",
        "\"pm_card_visa\"", "\"pm_nobody\"", "\"chk_nobody\"", "\"2026-02-30\"", "99999999", "100000000", "30000", "30001",
    ];

    private static readonly string[] Large =
    [
        $"\"{new string('a', 5_000)}\"", $"\"{new string('\u00e9', 300)}\"", Deep('[', ']', 63), Deep('[', ']', 100), Deep('[', ']', 10_000), DeepObjects(10_000), new('[', 10_000), $"\"{new string('a', 300_000)}\"", $"\"{new string('a', 2_097_152)}\"",
        $"[{string.Join(',', Enumerable.Repeat("{}", 101))}]", $"[{string.Join(',', Enumerable.Repeat("0", 20_000))}]", $"{{{string.Join(',', Enumerable.Range(0, 2_000).Select(n => $"\"k{n}\":\"v\""))}}}", new('7', 100_000), $"\"{string.Concat(Enumerable.Repeat("\\u0041", 2_000))}\"",
    ];

    private static readonly Gen<string> AnyValue = Gen.OneOf([.. Values, .. Values, .. Large]);

    /// <summary>The text of a body, changed in one to three places.</summary>
    public static Gen<(byte[] Body, string Done)> Of(string json) => Gen.Select(
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1_000], AnyValue).Array[1, 2],
        Gen.Int[0, 24],
        Gen.Int[0, 1_000_000],
        (fields, kind, at) =>
        {
            var (text, done) = fields.Aggregate((json, ""), (before, change) => InFields(before.json, before.Item2, change.Item1, change.Item2, change.Item3));
            var (body, also) = InBytes(text, kind, at);
            return (body, $"{done}; {also}");
        });

    private static (string Json, string Done) InFields(string json, string done, int kind, int number, string value)
    {
        try
        {
            var root = JsonNode.Parse(json);
            JsonNode[] places = root is null ? [] : [.. Places(root)];
            return places.Length == 0 ? (json, done) : InField(root!, places[number % places.Length], done, kind, value);
        }
        catch (Exception broken) when (broken is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            // A change before this one left no JSON, a field twice, or half a surrogate pair: that is enough.
            return (json, done);
        }
    }

    private static (string Json, string Done) InField(JsonNode root, JsonNode place, string done, int kind, string value)
    {
        var shown = value.Length <= 40 ? value : $"{value[..40]}...({value.Length})";
        var path = place.GetPath();
        return kind switch
        {
            0 => (Without(root, place), $"{done} drop {path}"),
            1 => (Instead(root, place, raw => $"{raw},\"{Name(path)}\":{raw}"), $"{done} twice {path}"),
            2 => (Instead(root, place, raw => $"{raw},\"unheard_of\":{value}"), $"{done} add beside {path} {shown}"),
            _ => (Instead(root, place, _ => value), $"{done} {path} = {shown}"),
        };
    }

    private static (byte[] Body, string Done) InBytes(string text, int kind, int at)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0)
        {
            return (bytes, "empty");
        }

        at %= bytes.Length;
        return kind switch
        {
            0 => (bytes[..at], $"cut at {at}"),
            1 => ([.. bytes[..at], 0xFF, .. bytes[at..]], $"0xFF at {at}"),
            2 => ([.. bytes[..at], 0xC3, 0x28, .. bytes[at..]], $"wrong UTF-8 at {at}"),
            3 => ([.. bytes[..at], 0x00, .. bytes[at..]], $"NUL at {at}"),
            4 => ([0xEF, 0xBB, 0xBF, .. bytes], "byte order mark"),
            5 => (Encoding.Unicode.GetBytes(text), "UTF-16"),
            6 => ([.. bytes, .. bytes], "twice"),
            7 => ([.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 3)..]], $"three bytes less at {at}"),
            8 => ([.. bytes[..at], 0xED, 0xA0, 0x80, .. bytes[at..]], $"an encoded surrogate at {at}"),
            9 => ([], "nothing"),
            10 => ("   \n"u8.ToArray(), "blanks"),
            _ => (bytes, "as it is"),
        };
    }

    private static IEnumerable<JsonNode> Places(JsonNode node) => node switch
    {
        JsonObject hash => hash.Where(pair => pair.Value is not null).SelectMany(pair => Places(pair.Value!).Prepend(pair.Value!)),
        JsonArray list => list.Where(item => item is not null).SelectMany(item => Places(item!).Prepend(item!)),
        _ => [],
    };

    private static string Name(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static string Without(JsonNode root, JsonNode place)
    {
        if (place.Parent is JsonObject hash)
        {
            hash.Remove(place.GetPropertyName());
        }
        else
        {
            ((JsonArray)place.Parent!).Remove(place);
        }

        return root.ToJsonString();
    }

    private static string Instead(JsonNode root, JsonNode place, Func<string, string> change)
    {
        var raw = place.ToJsonString();
        place.ReplaceWith(JsonValue.Create(Mark));
        return root.ToJsonString().Replace($"\"{Mark}\"", change(raw), StringComparison.Ordinal);
    }

    private static string Deep(char open, char close, int levels) => new string(open, levels) + new string(close, levels);

    private static string DeepObjects(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
}
