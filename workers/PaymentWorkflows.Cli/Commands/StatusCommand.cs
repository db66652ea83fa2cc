using System.CommandLine;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay status</c>: asks every part of the stack and shows what runs.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("status", "Show the local stack: addresses, processes, and whether every part is ready (exit code 0) or not (1).") { config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var report = await StatusReport.TakeAsync(CommonOptions.Load(result.GetValue(config)), cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(report);
            }
            else
            {
                Print(report);
            }

            return report.Ready ? CommonOptions.Done : CommonOptions.FoundWrong;
        });
        return command;
    }

    private static void Print(StatusReport report)
    {
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().NoWrap());
        grid.AddRow("Stack", report.Ready ? "ready" : Markup.Escape($"not ready: {string.Join(", ", report.NotReady)}"));
        grid.AddRow("Web UI", report.Ui);
        grid.AddRow("Gateway", report.Gateway);
        if (report.Shop is { } shop)
        {
            grid.AddRow("Shop", shop);
        }

        grid.AddRow("Temporal", report.Temporal);
        grid.AddRow("PostgreSQL", Markup.Escape(report.Postgres));
        grid.AddRow("Sandbox", report.Sandbox.ToString());
        AnsiConsole.Write(grid);
        if (report.Processes.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("process", "role", "pid", "state", "restarts");
        foreach (var process in report.Processes)
        {
            table.AddRow(process.Name, process.Role, process.Pid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-", process.State, process.Restarts.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    }
}
