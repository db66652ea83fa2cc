using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>Reading of members that the sandbox itself wrote.</summary>
internal static class JsonReading
{
    /// <summary>A whole number, whether it was built as one width or read from text as another.</summary>
    public static long Long(this JsonNode node, string name)
    {
        var value = node[name] as JsonValue ?? throw new InvalidOperationException($"'{name}' is not a number");
        return value.TryGetValue<long>(out var wide) ? wide : value.GetValue<int>();
    }

    public static string Text(this JsonNode node, string name) =>
        node.OptionalText(name) ?? throw new InvalidOperationException($"'{name}' is not a text");

    public static string? OptionalText(this JsonNode node, string name) => (string?)node[name];

    public static bool Is(this JsonNode node, string name) => (bool?)node[name] ?? false;

    public static string Id(this JsonNode node) => node.Text("id");

    /// <summary>What only the sandbox knows about an object; made when there is nothing yet.</summary>
    public static JsonObject Hidden(this JsonObject value)
    {
        if (value[State.StoredObject.PrivateMember] is JsonObject hidden)
        {
            return hidden;
        }

        hidden = [];
        value[State.StoredObject.PrivateMember] = hidden;
        return hidden;
    }

    /// <summary>The object as it is answered: without what only the sandbox knows.</summary>
    public static JsonObject Shown(this JsonObject value)
    {
        var shown = (JsonObject)value.DeepClone();
        shown.Remove(State.StoredObject.PrivateMember);
        return shown;
    }
}
