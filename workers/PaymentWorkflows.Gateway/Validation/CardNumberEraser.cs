using System.Text.Json;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Gateway.Validation;

/// <summary>
/// Takes card numbers out of JSON that others wrote and that is kept all the same: a webhook is genuine or not as a whole, and a genuine one
/// must not be lost. A signature over the bytes as they came does not hold for what was erased.
/// </summary>
internal static class CardNumberEraser
{
    private const string Erased = "[erased: a card number]";

    /// <summary>The same header when there is no card number in it.</summary>
    public static string Erase(string header) => CardNumbers.IsInId(header) ? Erased : header;

    /// <summary>The same bytes when there is no card number in them; and when they are no JSON, which nobody keeps.</summary>
    public static ReadOnlyMemory<byte> Erase(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return json;
        }

        using (document)
        {
            if (!Holds(document.RootElement))
            {
                return json;
            }

            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes))
            {
                Write(document.RootElement, writer);
            }

            return bytes.ToArray();
        }
    }

    private static bool Holds(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(property => Text(() => property.Name) is null || Holds(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(Holds),
        JsonValueKind.String => Text(() => element.GetString()!) is null,
        JsonValueKind.Number => CardNumbers.IsIn(element.GetRawText()),
        _ => false,
    };

    /// <summary>The text; null when it holds a card number, or is no Unicode and so cannot be looked into.</summary>
    private static string? Text(Func<string> read)
    {
        try
        {
            var text = read();
            return CardNumbers.IsInEncoded(text) ? null : text;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(Text(() => property.Name) ?? Erased);
                    Write(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
            case JsonValueKind.Number:
                if (Holds(element))
                {
                    writer.WriteStringValue(Erased);
                }
                else
                {
                    element.WriteTo(writer);
                }

                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
