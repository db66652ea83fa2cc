using PaymentWorkflows.Cli.Stack;
using Shouldly;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The <c>dotnet</c> of this machine.</summary>
internal static class Dotnet
{
    /// <summary>Runs it to its end, which must be a good one; gives what it said.</summary>
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var outcome = await Executables.RunAsync("dotnet", arguments, cancellationToken, folder);
        var said = outcome.Output + outcome.Error;
        outcome.ExitCode.ShouldBe(0, said);
        return said;
    }
}
