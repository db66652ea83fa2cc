using System.Diagnostics.CodeAnalysis;
using PaymentWorkflows.Lab;

/// <summary>What the runtime calls before <c>Main</c> where <c>DOTNET_STARTUP_HOOKS</c> names this assembly; the runtime wants this very name in no namespace.</summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for it there.")]
[SuppressMessage("Design", "S3903:Types should be defined in named namespaces", Justification = "The runtime looks for it there.")]
internal static class StartupHook
{
    /// <summary>Sets the trap whose folder the environment names; does nothing where it names none.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Trap.Variable) is { Length: > 0 } folder)
        {
            Trap.Set(folder);
        }
    }
}
