using System.Diagnostics;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>
/// Stripe's official client for Node, as <c>package-lock.json</c> pins it. It is installed once per lock file into a folder of the user's
/// cache, which later runs find; tests are skipped with the reason where Node or the registry is missing.
/// </summary>
internal static class NodeClient
{
    /// <summary>Where the scripts are, in the source.</summary>
    public static string Source { get; } = Path.Combine(AppContext.BaseDirectory, "Sandbox", "node");

    /// <summary>The folder with the installed client, or skips the running test with the reason.</summary>
    public static async Task<string> FolderOrSkipAsync(CancellationToken cancellationToken)
    {
        var node = await RunAsync("node", ["--version"], AppContext.BaseDirectory, cancellationToken);
        Assert.SkipWhen(node is not { ExitCode: 0 }, "Node is not installed.");
        var npm = await RunAsync("npm", ["--version"], AppContext.BaseDirectory, cancellationToken);
        Assert.SkipWhen(npm is not { ExitCode: 0 }, "npm is not installed.");
        var text = await File.ReadAllBytesAsync(Path.Combine(Source, "package-lock.json"), cancellationToken);
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(text))[..16];
        var folder = Path.Combine(Path.GetTempPath(), $"payment-workflows-node-{hash}");
        if (File.Exists(Path.Combine(folder, "installed")))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(Source, name), Path.Combine(folder, name), overwrite: true);
        }

        var install = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder, cancellationToken);
        Assert.SkipWhen(install is not { ExitCode: 0 }, $"The registry did not give the client: {install?.Output.Trim().Split('\n')[^1]}");
        await File.WriteAllTextAsync(Path.Combine(folder, "installed"), hash, cancellationToken);
        return folder;
    }

    /// <summary>Runs a program to its end; null when there is none of that name.</summary>
    public static async Task<(int ExitCode, string Output)?> RunAsync(string program, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        using (process)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromMinutes(3));
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
                var error = process.StandardError.ReadToEndAsync(deadline.Token);
                await process.WaitForExitAsync(deadline.Token);
                return (process.ExitCode, await output + await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }
}
