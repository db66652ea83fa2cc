using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentWorkflows.Sandbox.State;

/// <summary>How the sandbox's own records look as JSON: snake_case, unknown members refused.</summary>
internal static class SandboxJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}
