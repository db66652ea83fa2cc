using System.CommandLine;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay dev</c>: the local stack, left running until it is told to stop.</summary>
internal static class DevCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("dev", "Start the local stack and keep it running; what dies is started again. Ctrl-C or pay stop ends it.") { config };
        command.SetAction((result, _) =>
        {
            var options = CommonOptions.Load(result.GetValue(config));
            return StackRunner.RunAsync(options, async stop =>
            {
                StackRunner.PrintAddresses(options);
                return await StackRunner.WaitAsync(stop).ConfigureAwait(false);
            });
        });
        return command;
    }
}
