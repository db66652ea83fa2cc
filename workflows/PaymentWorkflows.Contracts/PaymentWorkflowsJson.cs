using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Converters;

namespace PaymentWorkflows.Contracts;

/// <summary>How every message of this product is written: snake_case JSON, enums by name, nulls left out. Callers use the same converter.</summary>
public static class PaymentWorkflowsJson
{
    /// <summary>The serializer options of histories, rows and messages.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The data converter for a Temporal client that starts, signals or queries these workflows.</summary>
    public static DataConverter DataConverter { get; } = DataConverter.Default with
    {
        PayloadConverter = new DefaultPayloadConverter(Options),
    };

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            PropertyNameCaseInsensitive = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            AllowOutOfOrderMetadataProperties = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
