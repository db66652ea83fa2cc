using System.CommandLine;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay demo</c>: starts the stack when none runs, plays the scenes, and says where to look.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var exit = new Option<bool>("--exit") { Description = "Stop the stack after the scenes; the exit code tells whether all went well." };
        var record = new Option<string?>("--record") { Description = "Write the histories of what the scenes start to this folder, as the replay tests read them.", HelpName = "FOLDER" };
        var command = new Command("demo", "Start the local stack, play a tour of it, and print the addresses to look at.") { config, exit, record };
        command.SetAction((result, cancellationToken) =>
        {
            var options = CommonOptions.Load(result.GetValue(config));
            var recorder = result.GetValue(record) is { } folder ? new HistoryRecorder(options.Temporal, folder) : null;
            return StackLock.HolderOf(new StackFolders(options.DataFolder)) is null
                ? StackRunner.RunAsync(options, stop => PlayAsync(options, recorder, result.GetValue(exit), stop))
                : PlayBesideAsync(options, recorder, cancellationToken);
        });
        return command;
    }

    private static async Task<int> PlayAsync(StackOptions options, HistoryRecorder? recorder, bool exit, CancellationToken stop)
    {
        var succeeded = await DemoScript.PlayAsync(options, recorder, stop).ConfigureAwait(false);
        StackRunner.PrintAddresses(options);
        if (!exit)
        {
            new ConsoleProgress().Say("the stack stays up; Ctrl-C or pay stop ends it");
            await StackRunner.WaitAsync(stop).ConfigureAwait(false);
        }

        return succeeded ? CommonOptions.Done : CommonOptions.FoundWrong;
    }

    // Another terminal runs the stack: it is used as it is and left running.
    private static async Task<int> PlayBesideAsync(StackOptions options, HistoryRecorder? recorder, CancellationToken cancellationToken)
    {
        new ConsoleProgress().Say("using the stack that runs already");
        var succeeded = await DemoScript.PlayAsync(options, recorder, cancellationToken).ConfigureAwait(false);
        StackRunner.PrintAddresses(options);
        return succeeded ? CommonOptions.Done : CommonOptions.FoundWrong;
    }
}
