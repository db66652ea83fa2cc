using System.Diagnostics;
using Shouldly;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The <c>dotnet</c> of this machine.</summary>
internal static class Dotnet
{
    /// <summary>Runs it to its end, which must be a good one; gives what it said.</summary>
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await errors;
        await process.WaitForExitAsync(cancellationToken);
        process.ExitCode.ShouldBe(0, said);
        return said;
    }
}
