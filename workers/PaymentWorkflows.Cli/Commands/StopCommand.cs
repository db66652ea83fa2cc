using System.CommandLine;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Lifetime;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay stop</c>: ends the running stack, or what a killed one left.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("stop", "End the local stack, and what a killed run left.") { config };
        command.SetAction((result, cancellationToken) => RunAsync(new StackFolders(CommonOptions.Load(result.GetValue(config)).DataFolder), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(StackFolders folders, CancellationToken cancellationToken)
    {
        var progress = new ConsoleProgress();
        var stopped = await StopRunningAsync(folders, progress, cancellationToken).ConfigureAwait(false);
        if (Directory.Exists(folders.Data))
        {
            // With the lock, so that the processes of a stack that starts at this moment are not taken for leftovers.
            using var stackLock = StackLock.Take(folders);
            stopped |= (await Leftovers.EndAsync(folders, progress, TimeProvider.System).ConfigureAwait(false)).Count > 0;
            File.Delete(folders.StateFile);
        }

        Console.Out.WriteLine(stopped ? "The stack is stopped." : "The stack was not running.");
        return CommonOptions.Done;
    }

    private static async Task<bool> StopRunningAsync(StackFolders folders, ConsoleProgress progress, CancellationToken cancellationToken)
    {
        if (StackLock.HolderOf(folders) is not { } pid || ProcessIdentity.Of(pid) is not { } supervisor)
        {
            return false;
        }

        progress.Say($"stopping the stack of pid {pid}");
        UnixSignals.Send(pid, UnixSignals.Terminate);
        var begin = TimeProvider.System.GetTimestamp();
        while (supervisor.IsRunning())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"The stack of pid {pid} did not stop within {Patience.TotalSeconds:0} s; kill it (kill -KILL {pid}) and run pay stop again.");
            }

            await Task.Delay(Interval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
