using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentWorkflows.Vendors.SimpleErp;

/// <summary>How the ERP writes: snake_case JSON, enums by name.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };
}
