using System.CommandLine;
using System.Globalization;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Holds;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Holds;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay holds list | show | resolve</c>: what waits for a person, and the same signal that the Web UI and the temporal CLI send.</summary>
internal static class HoldsCommand
{
    public static Command Create() => new("holds", "See what waits for a person, and decide.") { CreateList(), CreateShow(), CreateResolve() };

    private static Command CreateList()
    {
        var reason = new Option<string?>("--reason") { Description = "Only holds because of this.", HelpName = "REASON" };
        reason.AcceptOnlyFromAmong([.. Enum.GetValues<HoldReason>().Select(HoldRules.Name)]);
        var owner = new Option<string?>("--owner") { Description = "Only holds of this owner.", HelpName = "OWNER" };
        var overdue = new Option<bool>("--overdue") { Description = "Only holds whose deadline has passed without an act." };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("list", "List what waits for a person.") { reason, owner, overdue, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var gateway = new GatewayClient(CommonOptions.Load(result.GetValue(config)).Gateway);
            var held = (await new HoldBook(gateway).ListAsync(cancellationToken).ConfigureAwait(false))
                .Where(one => result.GetValue(reason) is not { } wanted || one.Reason == wanted)
                .Where(one => result.GetValue(owner) is not { } wanted || one.Owner == wanted)
                .Where(one => !result.GetValue(overdue) || one.IsOverdue)
                .ToArray();
            if (result.GetValue(json))
            {
                Output.Json(new { Object = "list", Data = held });
            }
            else if (held.Length == 0)
            {
                Console.Out.WriteLine("Nothing waits for a person.");
            }
            else
            {
                Print(held);
            }

            return CommonOptions.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var id = Id();
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("show", "Show the holds of one checkout or refund: why, until when, and what is allowed. Exit code 1 when nothing is held there.") { id, config, json };
        command.SetAction((result, cancellationToken) => AtDeskAsync(result.GetValue(config), result.GetRequiredValue(id), async (workflow, desk) =>
        {
            var view = await desk.LookAsync(cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(new { WorkflowId = workflow, view.Open, view.Acts });
            }
            else
            {
                Print(workflow, view);
            }

            return view.Open.Count > 0 ? CommonOptions.Done : CommonOptions.FoundWrong;
        }, cancellationToken));
        return command;
    }

    private static Command CreateResolve()
    {
        var id = Id();
        var action = new Option<string>("--action") { Description = "What to do; pay holds show tells what a hold allows.", HelpName = "ACTION", Required = true };
        action.AcceptOnlyFromAmong([.. Enum.GetValues<HoldAction>().Select(HoldRules.Name)]);
        var actor = new Option<string>("--actor") { Description = "Who decides: your name.", HelpName = "NAME", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why this is right.", HelpName = "TEXT", Required = true };
        var hold = new Option<string?>("--hold") { Description = "Which hold, where there are several. Default: the oldest.", HelpName = "HOLD" };
        var evidence = new Option<string?>("--evidence") { Description = "For mark_succeeded: the provider's id of the payment (pi_...) or of the refund (re_...), or bank:REFERENCE where a failed refund was paid another way.", HelpName = "ID" };
        var change = new Option<string[]>("--change")
        {
            Description = "For retry_with_change: a field and its new value; may be given several times. For extend_deadline: until=2026-12-01T09:00:00Z or for=PT4H.",
            HelpName = "FIELD=VALUE",
        };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("resolve", "Decide about a hold: exit code 0 when the act was accepted, 1 when it was refused or nothing is held.")
        {
            id, action, actor, reason, hold, evidence, change, config, json,
        };
        command.SetAction((result, cancellationToken) =>
        {
            if (!TryReadChange(result.GetValue(change) ?? [], out var changed))
            {
                Console.Error.WriteLine("pay: --change takes FIELD=VALUE, each field once.");
                return Task.FromResult(CommonOptions.WrongUse);
            }

            var act = new Intervention
            {
                Action = result.GetRequiredValue(action),
                Actor = result.GetRequiredValue(actor),
                Reason = result.GetRequiredValue(reason),
                Hold = result.GetValue(hold),
                Evidence = result.GetValue(evidence),
                Change = changed,
                Id = $"pay-{Guid.NewGuid():N}",
            };
            return AtDeskAsync(result.GetValue(config), result.GetRequiredValue(id), async (workflow, desk) =>
                Report(workflow, await desk.SendAsync(act, cancellationToken).ConfigureAwait(false), result.GetValue(json)), cancellationToken);
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The checkout (chk_...), the refund (ref_...) or the workflow id." };

    private static async Task<int> AtDeskAsync(string? config, string id, Func<string, HoldDesk, Task<int>> use, CancellationToken cancellationToken)
    {
        var options = CommonOptions.Load(config);
        using var gateway = new GatewayClient(options.Gateway);
        if (await new HoldBook(gateway).WorkflowOfAsync(id, cancellationToken).ConfigureAwait(false) is not { } workflow)
        {
            Console.Error.WriteLine($"pay: '{id}' is no checkout (chk_...), no refund (ref_...) and no workflow id.");
            return CommonOptions.WrongUse;
        }

        return await use(workflow, new HoldDesk(await TemporalClients.ConnectAsync(options.Temporal).ConfigureAwait(false), workflow)).ConfigureAwait(false);
    }

    private static bool TryReadChange(string[] texts, out Dictionary<string, string>? change)
    {
        change = texts.Length == 0 ? null : [];
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || !change!.TryAdd(parts[0], parts[1]))
            {
                return false;
            }
        }

        return true;
    }

    private static int Report(string workflow, ActView? fate, bool asJson)
    {
        if (fate is null)
        {
            throw new StackException($"The act was sent to {workflow} and will not be lost, but nothing has taken it up within 30 s: are the workers running (pay status)?");
        }

        if (asJson)
        {
            Output.Json(new { Accepted = fate.Refusal is null, WorkflowId = workflow, fate.Hold, fate.Action, fate.Actor, fate.At, fate.Refusal });
        }
        else if (fate.Refusal is null)
        {
            Console.Out.WriteLine($"Accepted: {fate.Action} by {fate.Actor} at hold {fate.Hold} of {workflow}.");
        }

        if (fate.Refusal is not null)
        {
            Console.Error.WriteLine($"pay: refused: {fate.Refusal}");
        }

        return fate.Refusal is null ? CommonOptions.Done : CommonOptions.FoundWrong;
    }

    private static void Print(IEnumerable<HeldSaga> held)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("id", "workflow", "hold", "reason", "owner", "missed", "due by", "allowed");
        foreach (var one in held)
        {
            table.AddRow(
                Markup.Escape(one.Id), Markup.Escape(one.WorkflowId), Markup.Escape(one.Hold), one.Reason, one.Owner,
                one.Level.ToString(CultureInfo.InvariantCulture), Moment(one.Deadline), string.Join(", ", one.Actions));
        }

        AnsiConsole.Write(table);
    }

    private static void Print(string workflow, HoldsView view)
    {
        if (view.Open.Count == 0)
        {
            Console.Out.WriteLine($"Nothing is held at {workflow}.");
        }

        foreach (var hold in view.Open)
        {
            var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
            grid.AddRow("Hold", Markup.Escape(hold.Id));
            grid.AddRow("Workflow", Markup.Escape(workflow));
            grid.AddRow("Reason", HoldRules.Name(hold.Reason));
            grid.AddRow("Message", Markup.Escape(hold.Message));
            grid.AddRow("Owner", hold.Owner);
            grid.AddRow("Since", Moment(hold.Since));
            grid.AddRow("Due by", $"{Moment(hold.Deadline)}, deadlines missed: {hold.Level.ToString(CultureInfo.InvariantCulture)}");
            foreach (var action in hold.Actions)
            {
                grid.AddRow(action == hold.Actions[0] ? "Allowed" : "", $"{HoldRules.Name(action)}: {HoldRules.Explain(action)}");
            }

            if (hold.Changeable.Count > 0)
            {
                grid.AddRow("Changeable", string.Join(", ", hold.Changeable));
            }

            AnsiConsole.Write(grid);
        }

        foreach (var act in view.Acts)
        {
            Console.Out.WriteLine($"{Moment(act.At)} {act.Action} by {act.Actor}: {(act.Refusal is null ? "accepted" : $"refused: {act.Refusal}")}");
        }
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z";
}
