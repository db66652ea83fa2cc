using System.CommandLine;
using System.Globalization;
using PaymentWorkflows.Cli.Chaos;
using PaymentWorkflows.Cli.Chaos.Defences;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay chaos</c>: breaks everything that checkouts and refunds do, one at a time, and judges the money.</summary>
internal static class ChaosCommand
{
    public static Command Create()
    {
        var seed = new Option<int?>("--seed") { Description = "The order of the cases, and which of them a smaller number takes. Default: another each time.", HelpName = "N" };
        var cases = new Option<int?>("--cases") { Description = "How many of the cases in each placement. Default: all.", HelpName = "N" };
        var group = new Option<string?>("--group") { Description = "Only this kind: kill, halt, pruned, cancel, provider, service, caller, webhook, compensation or server.", HelpName = "GROUP" };
        var scenario = new Option<string?>("--scenario") { Description = "Only this scenario, such as sale.", HelpName = "NAME" };
        var texts = new Option<string[]>("--case") { Description = "Only cases whose name contains this; may be given several times.", HelpName = "TEXT" };
        var once = new Option<bool>("--once") { Description = "Break each place in one of the scenarios that come to it, by the seed, instead of in every one." };
        var placement = new Option<string?>("--placement") { Description = "Only this placement: lean or isolated.", HelpName = "PLACEMENT" };
        placement.AcceptOnlyFromAmong("lean", "isolated");
        var defences = new Option<string[]>("--defences")
        {
            Description = "Instead: switch each defence of the money off once, or these, in a copy of the sources; exit code 1 when one is not missed. All of them write the table in docs/failure-model.md.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var here = new Option<bool>("--here") { Description = "With --defences, in the copy: play them.", Hidden = true };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("chaos", "Kill, halt and cancel in every place of a checkout and a refund, on a stack of its own; exit code 1 when money is wrong.") { seed, cases, group, scenario, texts, once, placement, defences, here, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetResult(defences) is not null)
            {
                var names = result.GetValue(defences) ?? [];
                return result.GetValue(here)
                    ? await DefenceStage.RunAsync(result.GetValue(config), names).ConfigureAwait(false)
                    : await DefenceRun.RunAsync(result.GetValue(config), names, cancellationToken).ConfigureAwait(false);
            }

            var chosen = result.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000);
            var findings = new List<ChaosFinding>();
            string[] placements = result.GetValue(placement) is { } one ? [one] : ["lean", "isolated"];
            foreach (var where in placements)
            {
                var plan = new ChaosPlan(chosen, result.GetValue(cases), result.GetValue(group), result.GetValue(scenario)) { Texts = result.GetValue(texts) ?? [], Once = result.GetValue(once) };
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

    private static Task<int> RunAsync(string? config, string placement, ChaosPlan plan, List<ChaosFinding> findings) => ChaosStack.RunAsync(config, placement, async (runner, stop) =>
    {
        var cases = plan.Of(await runner.FindAsync(plan.Scenarios, stop).ConfigureAwait(false));
        foreach (var (number, one) in cases.Index())
        {
            var begin = TimeProvider.System.GetTimestamp();
            var finding = await runner.PlayAsync(one, stop).ConfigureAwait(false);
            findings.Add(finding);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{placement} {number + 1}/{cases.Count} {one}: {finding.Wrong ?? (finding.Met ? finding.Held ? "right, with a person's help" : "right" : "not met")} ({TimeProvider.System.GetElapsedTime(begin).TotalSeconds:0.0} s)"));
        }
    });

    private static void Tell(int seed, List<ChaosFinding> findings, bool asJson)
    {
        if (asJson)
        {
            Output.Json(new
            {
                seed,
                cases = findings.Count,
                wrong = findings.Where(finding => finding.Wrong is not null).Select(finding => new { name = finding.Case.ToString(), finding.Wrong }),
                unmet = findings.Where(finding => !finding.Met).Select(finding => finding.Case.ToString()),
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
