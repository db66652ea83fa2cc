using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.PaymentMethods;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary>Starts the stack, does something with it, and stops it whatever happens.</summary>
internal static class StackRunner
{
    /// <summary>Runs <paramref name="whenReady"/> with the stack ready; a signal cancels it. Returns the exit code.</summary>
    public static async Task<int> RunAsync(StackOptions options, Func<CancellationToken, Task<int>> whenReady, IReadOnlyDictionary<string, string?>? variables = null)
    {
        // The processes would say it too, each in its log: here it stops the start.
        PaymentMethodLoader.Load(options.PaymentMethodsFile);
        var progress = new ConsoleProgress();
        using var signals = new StopSignals(progress);
        await using var stack = await StackHost.OpenAsync(options, RepositoryLayout.Current, progress, TimeProvider.System, variables).ConfigureAwait(false);
        try
        {
            var begin = TimeProvider.System.GetTimestamp();
            await stack.StartAsync(signals.Stop).ConfigureAwait(false);
            progress.Say($"ready after {TimeProvider.System.GetElapsedTime(begin).TotalSeconds:0.0} s");
            return await whenReady(signals.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return CommonOptions.FoundWrong;
        }
        finally
        {
            await stack.StopAsync(signals.Now).ConfigureAwait(false);
            progress.Say("stopped");
        }
    }

    /// <summary>Waits for a signal, which is the orderly end of a stack that is left running.</summary>
    public static async Task<int> WaitAsync(CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        return CommonOptions.Done;
    }

    /// <summary>Says on stdout where to look.</summary>
    public static void PrintAddresses(StackOptions options)
    {
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().NoWrap());
        grid.AddRow("Web UI", $"http://{options.Temporal.Ui}/namespaces/{options.Temporal.Namespace}/workflows");
        grid.AddRow("Gateway", Markup.Escape($"http://{options.Gateway.Address} (Authorization: Bearer {options.Gateway.ApiKey})"));
        if (options.Samples.Shop is { } shop)
        {
            grid.AddRow("Shop", $"http://{shop}");
        }

        grid.AddRow("Temporal", $"{options.Temporal.Address}, namespace {options.Temporal.Namespace}");
        grid.AddRow("PostgreSQL", Markup.Escape(StatusReport.PostgresAddress(options.Postgres)));
        grid.AddRow("Sandbox", StatusReport.SandboxAddresses.Of(options.Sandbox).ToString());
        grid.AddRow("Logs", Markup.Escape(new StackFolders(options.DataFolder).Logs));
        AnsiConsole.Write(grid);
    }
}
