using System.Text.Json;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>Enum members as the control port writes them.</summary>
internal static class WireNames
{
    public static string Of(FaultKind kind) => JsonSerializer.SerializeToElement(kind, SandboxJson.Options).GetString()!;

    public static IEnumerable<string> FaultKinds => Enum.GetValues<FaultKind>().Select(Of);
}
