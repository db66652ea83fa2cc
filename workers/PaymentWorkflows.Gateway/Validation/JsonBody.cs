using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Validation;

/// <summary>
/// A body that is one strict JSON object: valid UTF-8 and Unicode, at most 64 levels, no field twice, no card number - neither as written
/// nor behind escapes. What is wrong is named by path, never by value.
/// </summary>
public sealed class JsonBody : IDisposable
{
    private const int MaxDepth = 64;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly JsonDocument document;

    private JsonBody(JsonDocument document) => this.document = document;

    public JsonFields Fields => new(document.RootElement, "");

    /// <exception cref="ApiException">400 with what is wrong and where.</exception>
    public static JsonBody Parse(ReadOnlyMemory<byte> bytes)
    {
        var text = Text(bytes);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            // A card number in a body that cannot be read must not pass for a mere slip: the caller has to learn of it.
            throw CardNumbers.IsInEncoded(text) ? ApiErrors.CardNumber(null) : Malformed($"The body is no valid JSON, or is nested deeper than {MaxDepth} levels.");
        }

        try
        {
            Check(document.RootElement, "");
            if (CardNumbers.IsIn(text))
            {
                throw ApiErrors.CardNumber(null);
            }

            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Malformed("The body must be a JSON object.");
            }

            RefuseDuplicates(document.RootElement, "");
            return new JsonBody(document);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 (lower-case hex) over method, path and the body's content; white space and the order of fields do not matter.</summary>
    public string Hash(string method, string path)
    {
        using var content = new MemoryStream();
        content.Write(Encoding.UTF8.GetBytes($"{method}\n{path}\n"));
        using (var writer = new Utf8JsonWriter(content))
        {
            WriteSorted(document.RootElement, writer);
        }

        return Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, checked((int)content.Length))));
    }

    public void Dispose() => document.Dispose();

    private static string Text(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw CardNumbers.IsInEncoded(Encoding.Latin1.GetString(bytes.Span)) ? ApiErrors.CardNumber(null) : Malformed("The body is not valid UTF-8.");
        }
    }

    private static void Check(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    var name = Name(property, path);
                    CheckText(name, path);
                    Check(property.Value, JsonFields.Join(path, name));
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Check(item, $"{path}[{index}]");
                    index = checked(index + 1);
                }

                break;
            case JsonValueKind.String:
                CheckText(Value(element, path), path);
                break;
            case JsonValueKind.Number:
                if (CardNumbers.IsIn(element.GetRawText()) || CardNumbers.IsIn(element.GetRawText().Replace(".", "", StringComparison.Ordinal)))
                {
                    throw ApiErrors.CardNumber(path);
                }

                break;
            default:
                break;
        }
    }

    private static void CheckText(string text, string path)
    {
        if (CardNumbers.IsInEncoded(text))
        {
            throw ApiErrors.CardNumber(path.Length == 0 ? null : path);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw Malformed("Text must not hold the character U+0000.", path);
        }
    }

    private static string Name(JsonProperty property, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Malformed("A field's name holds half a surrogate pair.", path);
        }
    }

    private static string Value(JsonElement element, string path)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Malformed("Text must be valid Unicode; this holds half a surrogate pair.", path);
        }
    }

    private static void RefuseDuplicates(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in element.EnumerateObject())
            {
                var inner = JsonFields.Join(path, property.Name);
                if (!seen.Add(property.Name))
                {
                    throw ApiErrors.Duplicate(inner);
                }

                RefuseDuplicates(property.Value, inner);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
            {
                RefuseDuplicates(item, $"{path}[{index}]");
            }
        }
    }

    private static void WriteSorted(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    WriteSorted(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    WriteSorted(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static ApiException Malformed(string message, string path = "") =>
        ApiErrors.Invalid("body_malformed", message, path.Length == 0 ? null : path);
}
