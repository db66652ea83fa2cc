using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentWorkflows.Cli.Commands;

/// <summary>Facts as JSON on stdout: snake_case, one line, an interface that changes only by addition.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Json<T>(T facts) => Console.Out.WriteLine(JsonSerializer.Serialize(facts, Format));
}
