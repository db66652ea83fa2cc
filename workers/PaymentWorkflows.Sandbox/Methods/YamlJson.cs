using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Xml;
using PaymentWorkflows.Sandbox.State;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>YAML as JSON values. Plain scalars have the types of YAML's core schema; quoted ones are texts.</summary>
internal static class YamlJson
{
    /// <summary>The sandbox's own options, and durations as ISO 8601.</summary>
    public static JsonSerializerOptions Options { get; } = new(SandboxJson.Options) { Converters = { new DurationConverter() } };

    /// <exception cref="InvalidDataException">The text is no YAML mapping; the message has the place.</exception>
    public static JsonObject Read(TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException wrong)
        {
            throw new InvalidDataException($"line {wrong.Start.Line}: {wrong.Message}", wrong);
        }

        return stream.Documents.Count > 0 && Convert(stream.Documents[0].RootNode) is JsonObject root
            ? root
            : throw new InvalidDataException("the file is no mapping");
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(pair.Key.ToString(), Convert(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidDataException($"line {node.Start.Line}: {node.NodeType} is not read here"),
    };

    private static JsonValue? Plain(string? text) => text switch
    {
        null or "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => XmlConvert.ToTimeSpan(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
    }
}
