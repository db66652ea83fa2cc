using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>Bodies of the control port: snake_case JSON, unknown members refused by name.</summary>
internal static partial class ControlBody
{
    /// <exception cref="ControlException">The body is not JSON, has unknown members, or has a wrong type.</exception>
    public static T Read<T>(string body)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            throw new ControlException($"A JSON body is expected. {Allowed<T>()}");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body, SandboxJson.Options)
                ?? throw new ControlException($"A JSON object is expected. {Allowed<T>()}");
        }
        catch (JsonException wrong)
        {
            var unknown = UnknownMember().Match(wrong.Message);
            throw unknown.Success
                ? new ControlException($"Unknown field '{unknown.Groups[1].Value}'. {Allowed<T>()}", unknown.Groups[1].Value)
                : new ControlException($"The body cannot be read at {wrong.Path ?? "its start"}. {Allowed<T>()}", wrong.Path);
        }
    }

    public static JsonNode Write<T>(T value) => JsonSerializer.SerializeToNode(value, SandboxJson.Options)!;

    private static string Allowed<T>()
    {
        var text = $"Allowed: {Names(typeof(T))}";
        return typeof(T) switch
        {
            var type when type == typeof(FaultRequest) => $"{text}; in match: {Names(typeof(FaultMatch))}.",
            var type when type == typeof(ServiceFault) => $"{text}; as kind: {string.Join(", ", Enum.GetNames<ServiceFaultKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}.",
            _ => $"{text}.",
        };
    }

    private static string Names(Type type) =>
        string.Join(", ", type.GetConstructors()[0].GetParameters().Select(parameter => JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!)));

    [GeneratedRegex("JSON property '([^']+)' could not be mapped")]
    private static partial Regex UnknownMember();
}
