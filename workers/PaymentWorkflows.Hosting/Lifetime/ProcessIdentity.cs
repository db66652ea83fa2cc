using System.Diagnostics;
using System.Globalization;

namespace PaymentWorkflows.Hosting.Lifetime;

/// <summary>
/// One process, told apart from a later one that got the same pid: a reused pid has another start time. Written to pid files, so that
/// nothing foreign is ever signalled.
/// </summary>
/// <param name="Pid">The process id.</param>
/// <param name="Start">When it started: clock ticks since boot on Linux (<c>/proc/PID/stat</c>), file time elsewhere.</param>
public sealed record ProcessIdentity(int Pid, long Start)
{
    /// <summary>The running process with this pid, or null. A zombie is not running.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        if (OperatingSystem.IsLinux())
        {
            return ReadStart(pid) is { } start ? new ProcessIdentity(pid, start) : null;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : new ProcessIdentity(pid, process.StartTime.ToFileTimeUtc());
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public bool IsRunning() => Of(Pid) == this;

    private static long? ReadStart(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The program's name stands in parentheses and may hold anything, so the fields are counted from the last one.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int State = 0;
        const int StartTime = 19;
        return fields.Length > StartTime && fields[State] is not ("Z" or "X") ? long.Parse(fields[StartTime], CultureInfo.InvariantCulture) : null;
    }
}
