using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>
/// Holds answers against Stripe's OpenAPI response schemas. NJsonSchema reads <c>nullable</c> beside <c>anyOf</c> differently
/// from OpenAPI 3.0, so this checks the few keywords that the description uses. Members that the schema does not declare
/// are errors too: they would be inventions of the sandbox.
/// </summary>
public static class ResponseSchemas
{
    private static readonly JsonObject Schemas = Load();

    /// <summary>Everything that is wrong with a value, each with its path.</summary>
    public static IReadOnlyList<string> Problems(string schema, JsonNode? value)
    {
        var problems = new List<string>();
        Check((JsonObject)Schemas[schema]!, value, schema, problems);
        return problems;
    }

    private static JsonObject Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "stripe-response-schemas.json.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return (JsonObject)JsonNode.Parse(text)!["schemas"]!;
    }

    private static void Check(JsonObject schema, JsonNode? value, string path, List<string> problems)
    {
        if (schema["$ref"] is { } reference)
        {
            Check((JsonObject)Schemas[(string)reference!]!, value, path, problems);
            return;
        }

        if (value is null)
        {
            if ((bool?)schema["nullable"] != true)
            {
                problems.Add($"{path} is null");
            }

            return;
        }

        if (schema["anyOf"] is JsonArray alternatives)
        {
            CheckAny(alternatives, value, path, problems);
            return;
        }

        if (!HasType((string?)schema["type"], value))
        {
            problems.Add($"{path} is {value.GetValueKind()}, not {schema["type"]}");
            return;
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            problems.Add($"{path} is {value.ToJsonString()}, not one of {allowed.ToJsonString()}");
        }

        switch (value)
        {
            case JsonObject hash:
                CheckHash(schema, hash, path, problems);
                break;
            case JsonArray list when schema["items"] is JsonObject items:
                for (var index = 0; index < list.Count; index++)
                {
                    Check(items, list[index], $"{path}[{index}]", problems);
                }

                break;
        }
    }

    private static void CheckAny(JsonArray alternatives, JsonNode value, string path, List<string> problems)
    {
        List<string>? best = null;
        foreach (var alternative in alternatives.OfType<JsonObject>())
        {
            var tried = new List<string>();
            Check(alternative, value, path, tried);
            if (tried.Count == 0)
            {
                return;
            }

            // The alternative of the right type tells the most.
            best = best is null || tried.Count < best.Count || best[0].Contains(", not ", StringComparison.Ordinal) ? tried : best;
        }

        problems.AddRange(best ?? [$"{path} has no alternatives"]);
    }

    private static void CheckHash(JsonObject schema, JsonObject hash, string path, List<string> problems)
    {
        foreach (var required in schema["required"] as JsonArray ?? [])
        {
            if (!hash.ContainsKey((string)required!))
            {
                problems.Add($"{path}.{required} is missing");
            }
        }

        if (schema["properties"] is not JsonObject properties)
        {
            return;
        }

        foreach (var (name, member) in hash)
        {
            if (properties[name] is JsonObject declared)
            {
                Check(declared, member, $"{path}.{name}", problems);
            }
            else if (schema["additionalProperties"] is null && properties.Count > 0)
            {
                problems.Add($"{path}.{name} is not declared");
            }
        }
    }

    private static bool HasType(string? type, JsonNode value) => (type, value.GetValueKind()) switch
    {
        (null, _) => true,
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => !value.ToJsonString().Contains('.', StringComparison.Ordinal),
        ("number", JsonValueKind.Number) => true,
        _ => false,
    };
}
