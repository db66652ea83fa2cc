using System.ComponentModel;
using System.Diagnostics;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Runs small helper programs to their end.</summary>
internal static class Executables
{
    /// <summary>What a helper program left behind.</summary>
    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public bool Succeeded => ExitCode == 0;

        public string LastLine => (Error.Length > 0 ? Error : Output).TrimEnd().Split('\n')[^1].Trim();
    }

    /// <summary>Runs a program in a folder; exit code 127 when there is none of that name. It is killed when cancelled.</summary>
    public static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken, string folder = "/")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        ProvideCacheFolder(start.Environment);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            return new Outcome(127, "", e.Message);
        }

        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                return new Outcome(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    /// <summary>The first executable file of this name on PATH.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(IsExecutable);

    public static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    /// <summary>Programs that keep a cache need to know where; a service may have neither HOME nor XDG_CACHE_HOME.</summary>
    public static void ProvideCacheFolder(IDictionary<string, string?> environment)
    {
        if (string.IsNullOrEmpty(environment.TryGetValue("HOME", out var home) ? home : null))
        {
            environment["HOME"] = Path.GetDirectoryName(CacheFolder.Path)!;
            environment["XDG_CACHE_HOME"] = Path.GetDirectoryName(CacheFolder.Path)!;
        }
    }
}
