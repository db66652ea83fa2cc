using System.Runtime.InteropServices;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Signals, which .NET can receive but not send.</summary>
internal static partial class UnixSignals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    public static void Send(int pid, int signal) => _ = SendCore(pid, signal);

    /// <summary>Signals a whole process group; the group of a process that leads none is left alone.</summary>
    public static void SendToGroup(int pid, int signal)
    {
        if (GroupOf(pid) == pid)
        {
            _ = SendCore(-pid, signal);
        }
        else
        {
            Send(pid, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendCore(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    private static partial int GroupOf(int pid);
}
