using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.State;

/// <summary>One line of the journal: the new value of one row, or its removal.</summary>
/// <param name="Table">Which table of <see cref="SandboxState"/>.</param>
/// <param name="Key">The row's key.</param>
/// <param name="Json">The row as one JSON value; null removes it.</param>
internal sealed record JournalEntry(string Table, string Key, byte[]? Json)
{
    /// <summary>Reads a line; null when the line is torn, which only the last one of a killed process can be.</summary>
    public static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            if (JsonNode.Parse(ref reader) is not JsonObject node)
            {
                return null;
            }

            var value = node["v"];
            return new JournalEntry(
                (string)node["t"]!,
                (string)node["k"]!,
                value is null ? null : JsonSerializer.SerializeToUtf8Bytes(value));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void WriteTo(Stream stream)
    {
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("t", Table);
            writer.WriteString("k", Key);
            writer.WritePropertyName("v");
            if (Json is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteRawValue(Json, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }
}
