using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Lifetime;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay worker</c>: one more worker process in this terminal, beside those of the stack.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var roles = new Option<string>("--roles") { Description = $"The roles it serves, separated by commas: {string.Join(", ", AllowedValues.Roles)}.", Required = true, HelpName = "ROLES" };
        var name = new Option<string?>("--name") { Description = "Its name in logs and in the Web UI. Default: worker-ROLES-PID.", HelpName = "NAME" };
        var health = new Option<string?>("--health") { Description = "Where it answers /health/ready. Default: a free port.", HelpName = "HOST:PORT" };
        var config = CommonOptions.Config();
        var command = new Command("worker", "Run one worker in this terminal. Further options go to the worker.") { roles, name, health, config };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, _) =>
        {
            var options = CommonOptions.Load(result.GetValue(config));
            var served = result.GetRequiredValue(roles);
            return RunAsync(
            [
                RepositoryLayout.Current.Assembly("PaymentWorkflows.Worker"),
                "--config", options.ConfigFile,
                "--name", result.GetValue(name) ?? string.Create(CultureInfo.InvariantCulture, $"worker-{served.Replace(',', '-')}-{Environment.ProcessId}"),
                "--roles", served,
                "--health", result.GetValue(health) ?? new HostPort("127.0.0.1", PortOwners.FreePort(SharedPorts.Of(options))).ToString(),
                .. result.UnmatchedTokens,
            ]);
        });
        return command;
    }

    // The worker has this terminal. Signals to this process are passed on; one from the terminal it got itself, and a second does no harm.
    private static async Task<int> RunAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(RepositoryLayout.DotnetHost(), arguments);
        start.Environment[ParentWatch.Variable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var worker = Process.Start(start)!;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            UnixSignals.Send(worker.Id, UnixSignals.Terminate);
        });
        await worker.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return worker.ExitCode;
    }
}
