using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.Tests.Guards;
using Shouldly;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PaymentWorkflows.Tests.PaymentMethods;

/// <summary>The schema beside the file says to an editor what the product says at its start.</summary>
public class PaymentMethodSchemaTests
{
    private const string SchemaName = "payment-methods.schema.json";
    private static readonly string SchemaText = File.ReadAllText(Path.Combine(Repository.Root, SchemaName));
    private static readonly JsonSchema Schema = JsonSchema.FromText(SchemaText);

    [Fact]
    public void The_repositorys_own_file_names_its_schema_and_obeys_it()
    {
        var text = File.ReadAllText(MethodFiles.Own);
        text.ShouldStartWith($"# yaml-language-server: $schema=./{SchemaName}");
        Obeys(text).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(MethodExamples.Right), MemberType = typeof(MethodExamples))]
    public void What_is_right_is_accepted_by_both(string piece, string by)
    {
        var text = MethodFiles.With(piece, by);
        Obeys(text).ShouldBeTrue();
        Should.NotThrow(() => MethodFiles.Read(text));
    }

    [Theory]
    [MemberData(nameof(MethodExamples.Wrong), MemberType = typeof(MethodExamples))]
    public void What_is_wrong_is_refused_by_both(string piece, string by, int line, string field, string allowed)
    {
        var text = MethodFiles.With(piece, by);
        Obeys(text).ShouldBeFalse($"the loader names line {line}, {field}: {allowed}");
        Should.Throw<ConfigurationException>(() => MethodFiles.Read(text));
    }

    [Theory]
    [MemberData(nameof(MethodExamples.Incomparable), MemberType = typeof(MethodExamples))]
    public void What_no_schema_can_compare_is_refused_by_the_product(string piece, string by, int line, string field, string allowed)
    {
        var text = MethodFiles.With(piece, by);
        Obeys(text).ShouldBeTrue($"the loader names line {line}, {field}: {allowed}");
        Should.Throw<ConfigurationException>(() => MethodFiles.Read(text));
    }

    [Fact]
    public void The_words_that_an_editor_offers_are_those_that_the_product_knows()
    {
        var definitions = JsonNode.Parse(SchemaText)!["definitions"]!;
        var method = definitions["method"]!["properties"]!;
        Words(method["flow"]!).ShouldBe(PaymentMethodWords.Flows);
        Words(method["outcome"]!).ShouldBe(PaymentMethodWords.Outcomes);
        Words(method["capture"]!["items"]!).ShouldBe(PaymentMethodWords.CaptureModes);
        Words(method["required_fields"]!["items"]!).ShouldBe(RequestFields.All);
        Words(definitions["provider"]!["properties"]!["fields"]!["additionalProperties"]!).ShouldBe(RequestFields.Sources);
        method["provider"]!["properties"]!.AsObject().Select(property => property.Key).ShouldBe(PaymentMethodWords.Providers);
        Words(definitions["country"]!).ShouldBe(Iso3166.Countries);
        var currencies = Words(definitions["currency"]!);
        currencies.ShouldAllBe(code => Currency.Parse(code, null).Code == code);
        currencies.Length.ShouldBe(AllCodes().Count(code => Currency.TryParse(code, null, out _)));
        Words(method["capture"]!["items"]!).Length.ShouldBe(Enum.GetValues<CaptureMode>().Length);
    }

    [Fact]
    public void Every_key_is_explained()
    {
        var bare = new List<string>();
        Unexplained(JsonNode.Parse(SchemaText)!, "", bare);
        bare.ShouldBeEmpty();
    }

    private static IEnumerable<string> AllCodes() =>
        from a in Enumerable.Range('a', 26) from b in Enumerable.Range('a', 26) from c in Enumerable.Range('a', 26) select $"{(char)a}{(char)b}{(char)c}";

    private static string[] Words(JsonNode schema) => [.. schema["enum"]!.AsArray().Select(word => (string)word!)];

    private static void Unexplained(JsonNode schema, string path, List<string> bare)
    {
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var at = $"{path}.{name}";
            if (property!["description"] is null && property["$ref"] is null)
            {
                bare.Add(at);
            }

            Unexplained(property, at, bare);
        }

        foreach (var (name, definition) in schema["definitions"]?.AsObject() ?? [])
        {
            if (definition!["description"] is null)
            {
                bare.Add(name);
            }

            Unexplained(definition, name, bare);
        }
    }

    private static bool Obeys(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var json = JsonSerializer.SerializeToElement(Json(stream.Documents[0].RootNode));
        return Schema.Evaluate(json).IsValid;
    }

    /// <summary>What a YAML 1.2 reader, such as an editor's, makes of the text.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Json(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } number when decimal.TryParse(number.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) => value,
        YamlScalarNode text => text.Value,
        _ => throw new InvalidOperationException($"A node of the kind {node.NodeType}."),
    };
}
