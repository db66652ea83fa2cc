using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Parameters;

/// <summary>Typed reading of checked parameters. An empty text reads as null; <see cref="Has"/> tells it from an absent one.</summary>
internal sealed class Arguments(FormNode root)
{
    public FormNode Root => root;

    public bool Has(params ReadOnlySpan<string> path) => Node(path) is not null;

    public string? Text(params ReadOnlySpan<string> path) => Node(path)?.Text is { Length: > 0 } text ? text : null;

    public long? Integer(params ReadOnlySpan<string> path) =>
        Text(path) is { } text ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    public bool? Flag(params ReadOnlySpan<string> path) => Text(path) is { } text ? text == "true" : null;

    public IReadOnlyList<string> List(string name) =>
        Node([name])?.Children.Select(child => child.Value.Text).OfType<string>().ToList() ?? [];

    /// <summary>The hash as JSON with texts as they came; null when absent.</summary>
    public JsonObject? Hash(params ReadOnlySpan<string> path) =>
        Node(path) is { IsLeaf: false } node ? (JsonObject)ToJson(node, asList: false) : null;

    /// <summary>Merges metadata: an empty value removes its key, an empty hash removes all.</summary>
    public JsonObject MergeMetadata(JsonNode? existing)
    {
        var merged = existing is JsonObject old ? (JsonObject)old.DeepClone() : [];
        var node = Node(["metadata"]);
        if (node is null)
        {
            return merged;
        }

        if (node.IsLeaf)
        {
            return [];
        }

        foreach (var (name, value) in node.Children)
        {
            merged.Remove(name);
            if (value.Text is { Length: > 0 } text)
            {
                merged[name] = text;
            }
        }

        return merged;
    }

    private FormNode? Node(ReadOnlySpan<string> path)
    {
        var node = root;
        foreach (var name in path)
        {
            if (node?[name] is not { } next)
            {
                return null;
            }

            node = next;
        }

        return node;
    }

    private static JsonNode ToJson(FormNode node, bool asList)
    {
        if (node.IsLeaf)
        {
            return JsonValue.Create(node.Text!);
        }

        var numbered = node.Children.Count > 0 && node.Children.All(child => int.TryParse(child.Key, out _));
        if (asList || numbered)
        {
            return new JsonArray([.. node.Children.Select(child => ToJson(child.Value, asList: false))]);
        }

        var hash = new JsonObject();
        foreach (var (name, child) in node.Children)
        {
            hash[name] = child.Text is { Length: 0 } ? null : ToJson(child, asList: false);
        }

        return hash;
    }
}
