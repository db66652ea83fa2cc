using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.State;

/// <summary>One provider object as its latest snapshot.</summary>
internal sealed class StoredObject
{
    /// <summary>The name of the member that holds what only the sandbox knows; never answered.</summary>
    public const string PrivateMember = "_sandbox";

    private static readonly string[] IndexedFields =
        ["payment_intent", "charge", "customer", "source", "transfer_group", "type", "payment_method", "reference"];

    public StoredObject(long sequence, JsonObject value, byte[] json)
    {
        Sequence = sequence;
        Json = json;
        Id = (string)value["id"]!;
        Kind = (string)value["object"]!;
        Created = (long?)value["created"] ?? 0;
        Terms = [.. TermsOf(value)];
    }

    public string Id { get; }

    public string Kind { get; }

    /// <summary>Order of creation; later objects have higher numbers.</summary>
    public long Sequence { get; }

    /// <summary>Seconds since 1970, by the sandbox's clock.</summary>
    public long Created { get; }

    public byte[] Json { get; }

    /// <summary>What the object can be found by without reading it, for example <c>charge|payment_intent=pi_1</c>.</summary>
    public IReadOnlyList<string> Terms { get; }

    public static string Term(string kind, string field, string value) => $"{kind}|{field}={value}";

    /// <summary>A fresh copy that the caller may change.</summary>
    public JsonObject Read()
    {
        var reader = new Utf8JsonReader(Json);
        return (JsonObject)JsonNode.Parse(ref reader)!;
    }

    private IEnumerable<string> TermsOf(JsonObject value)
    {
        foreach (var field in IndexedFields)
        {
            if (value[field] is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            {
                yield return Term(Kind, field, (string)text!);
            }
        }

        if (value["metadata"] is JsonObject metadata)
        {
            foreach (var (name, text) in metadata)
            {
                if (text is not null)
                {
                    yield return Term(Kind, $"metadata.{name}", (string)text!);
                }
            }
        }
    }
}
