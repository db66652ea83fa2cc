using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using PaymentWorkflows.Hosting.Lifetime;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>
/// Starts a process in a session of its own, so that Ctrl-C in the terminal reaches only <c>pay</c>, which then stops all in order; its
/// output goes straight to its log file, so that it can go on when <c>pay</c> is killed.
/// </summary>
internal static class ChildProcess
{
    private const long LogLimit = 16 * 1024 * 1024;
    private const string RedirectAndRun = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";

    public static Process Start(ProcessSpec spec)
    {
        RotateLog(spec.LogFile);
        string[] command = ["/bin/sh", "-c", RedirectAndRun, "pay", spec.LogFile, spec.Program, .. spec.Arguments];
        var setsid = Executables.OnPath("setsid");
        var start = setsid is null ? new ProcessStartInfo(command[0], command[1..]) : new ProcessStartInfo(setsid, command);
        start.WorkingDirectory = "/";
        start.Environment[ParentWatch.Variable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Executables.ProvideCacheFolder(start.Environment);
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new StackException($"{spec.Name} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>The last line of a log that says something, for the sentence that says why a process ended.</summary>
    public static string LastLine(string logFile)
    {
        try
        {
            return File.ReadLines(logFile).LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void RotateLog(string logFile)
    {
        var log = new FileInfo(logFile);
        if (log.Exists && log.Length > LogLimit)
        {
            log.MoveTo(logFile + ".1", overwrite: true);
        }
    }
}
