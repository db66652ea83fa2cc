using System.CommandLine;
using System.Globalization;
using PaymentWorkflows.Cli.Chaos;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay chaos</c>: breaks everything that checkouts and refunds do, one at a time, and judges the money.</summary>
internal static class ChaosCommand
{
    private const string DataVariable = "PAY__DATA";
    private const string PlacementVariable = "PAY__PLACEMENT";

    public static Command Create()
    {
        var seed = new Option<int?>("--seed") { Description = "The order of the cases, and which of them a smaller number takes. Default: another each time.", HelpName = "N" };
        var cases = new Option<int?>("--cases") { Description = "How many of the cases in each placement. Default: all.", HelpName = "N" };
        var group = new Option<string?>("--group") { Description = "Only this kind: kill, halt, cancel, provider, compensation or server.", HelpName = "GROUP" };
        var scenario = new Option<string?>("--scenario") { Description = "Only this scenario, such as sale.", HelpName = "NAME" };
        var placement = new Option<string?>("--placement") { Description = "Only this placement: lean or isolated.", HelpName = "PLACEMENT" };
        placement.AcceptOnlyFromAmong("lean", "isolated");
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("chaos", "Kill, halt and cancel in every place of a checkout and a refund, on a stack of its own; exit code 1 when money is wrong.") { seed, cases, group, scenario, placement, config, json };
        command.SetAction(async (result, _) =>
        {
            var chosen = result.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000);
            var findings = new List<ChaosFinding>();
            string[] placements = result.GetValue(placement) is { } one ? [one] : ["lean", "isolated"];
            foreach (var where in placements)
            {
                Environment.SetEnvironmentVariable(PlacementVariable, where);
                var plan = new ChaosPlan(chosen, result.GetValue(cases), result.GetValue(group), result.GetValue(scenario));
                if (await RunAsync(result.GetValue(config), where, plan, findings).ConfigureAwait(false) is var code && code == CommonOptions.WrongUse)
                {
                    return code;
                }
            }

            Tell(chosen, findings, result.GetValue(json));
            return findings.Count > 0 && findings.All(finding => finding.Wrong is null) ? CommonOptions.Done : CommonOptions.FoundWrong;
        });
        return command;
    }

    /// <summary>A stack of its own, in a folder of its own that begins empty.</summary>
    private static async Task<int> RunAsync(string? config, string placement, ChaosPlan plan, List<ChaosFinding> findings)
    {
        var folder = Path.Combine(CommonOptions.Load(config).DataFolder, $"chaos-{placement}");
        if (Directory.Exists(folder) && StackLock.HolderOf(new StackFolders(folder)) is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        var before = Environment.GetEnvironmentVariable(DataVariable);
        Environment.SetEnvironmentVariable(DataVariable, folder);
        try
        {
            var options = CommonOptions.Load(config);
            var trap = new ChaosTrap(Path.Combine(folder, "trap"));
            return await StackRunner.RunAsync(
                options,
                async stop =>
                {
                    var temporal = await TemporalClients.ConnectAsync(options.Temporal).ConfigureAwait(false);
                    using var runner = new ChaosRunner(options, trap, temporal, new ConsoleProgress());
                    var cases = plan.Of(await runner.FindAsync(stop).ConfigureAwait(false));
                    foreach (var (number, one) in cases.Index())
                    {
                        var begin = TimeProvider.System.GetTimestamp();
                        var finding = await runner.PlayAsync(one, stop).ConfigureAwait(false);
                        findings.Add(finding);
                        Console.Error.WriteLine(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{placement} {number + 1}/{cases.Count} {one}: {finding.Wrong ?? (finding.Met ? finding.Held ? "right, with a person's help" : "right" : "not met")} ({TimeProvider.System.GetElapsedTime(begin).TotalSeconds:0.0} s)"));
                    }

                    return CommonOptions.Done;
                },
                trap.Variables).ConfigureAwait(false);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DataVariable, before);
        }
    }

    private static void Tell(int seed, List<ChaosFinding> findings, bool asJson)
    {
        if (asJson)
        {
            Output.Json(new
            {
                seed,
                cases = findings.Count,
                wrong = findings.Where(finding => finding.Wrong is not null).Select(finding => new { name = finding.Case.ToString(), finding.Wrong }),
                groups = findings.GroupBy(finding => finding.Case.Group).Select(group => new { name = group.Key, cases = group.Count(), met = group.Count(one => one.Met), held = group.Count(one => one.Held), wrong = group.Count(one => one.Wrong is not null) }),
            });
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("kind", "cases", "met", "with a person's help", "wrong");
        foreach (var group in findings.GroupBy(finding => finding.Case.Group))
        {
            table.AddRow(group.Key, Text(group.Count()), Text(group.Count(one => one.Met)), Text(group.Count(one => one.Held)), Text(group.Count(one => one.Wrong is not null)));
        }

        AnsiConsole.Write(table);
        foreach (var finding in findings.Where(finding => finding.Wrong is not null))
        {
            Console.Out.WriteLine($"WRONG {finding.Case}: {finding.Wrong}");
        }

        Console.Out.WriteLine($"seed {seed}");

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
