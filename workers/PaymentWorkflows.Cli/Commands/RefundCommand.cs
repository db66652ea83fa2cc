using System.CommandLine;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Domain;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay refund start CHECKOUT</c>, <c>show ID</c> and <c>list</c>, over the Gateway's API.</summary>
internal static class RefundCommand
{
    private static readonly string[] StepFields = ["name", "status", "attempts", "at", "reference"];

    public static Command Create() => new("refund", "Give money back, and show refunds.") { CreateStart(), CreateShow(), CreateList() };

    private static Command CreateStart()
    {
        var checkout = new Argument<string>("CHECKOUT") { Description = "The checkout whose money goes back (chk_...)." };
        var amount = new Option<long?>("--amount") { Description = "Minor units. Default: all that is left.", HelpName = "MINOR" };
        var reason = new Option<string?>("--reason") { Description = "requested_by_customer (default), duplicate, fraudulent or other.", HelpName = "REASON" };
        var key = new Option<string?>("--idempotency-key") { Description = "Repeats with the same key get the same answer. Default: a new key.", HelpName = "KEY" };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("start", "Give back all or a part of a checkout, and wait for the answer.") { checkout, amount, reason, key, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var gateway = new GatewayClient(CommonOptions.Load(result.GetValue(config)).Gateway);
            var fields = new Dictionary<string, object> { ["checkout"] = result.GetRequiredValue(checkout) };
            if (result.GetValue(amount) is { } minor)
            {
                fields["amount"] = minor;
            }

            if (result.GetValue(reason) is { } why)
            {
                fields["reason"] = why;
            }

            var refund = await gateway.CreateRefundAsync(JsonSerializer.Serialize(fields), result.GetValue(key) ?? $"pay-{Guid.NewGuid():N}", cancellationToken).ConfigureAwait(false);
            Show(refund, result.GetValue(json));
            return CommonOptions.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var id = new Argument<string>("ID") { Description = "The refund (ref_...)." };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("show", "Show a refund: where it stands and what its steps became.") { id, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var gateway = new GatewayClient(CommonOptions.Load(result.GetValue(config)).Gateway);
            Show(await gateway.GetRefundAsync(result.GetRequiredValue(id), cancellationToken).ConfigureAwait(false), result.GetValue(json));
            return CommonOptions.Done;
        });
        return command;
    }

    private static Command CreateList()
    {
        var checkout = new Option<string?>("--checkout") { Description = "Only this checkout's (chk_...).", HelpName = "ID" };
        var status = new Option<string?>("--status") { Description = "processing, pending, succeeded, failed or canceled.", HelpName = "STATUS" };
        var held = new Option<bool>("--held") { Description = "Only those that wait for a person." };
        var limit = new Option<int>("--limit") { Description = "1 to 100.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("list", "List refunds, newest first.") { checkout, status, held, limit, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var gateway = new GatewayClient(CommonOptions.Load(result.GetValue(config)).Gateway);
            string?[] filters =
            [
                result.GetValue(checkout) is { } one ? $"checkout={Uri.EscapeDataString(one)}" : null,
                result.GetValue(status) is { } state ? $"status={Uri.EscapeDataString(state)}" : null,
                result.GetValue(held) ? "held=true" : null,
                $"limit={result.GetValue(limit)}",
            ];
            var page = await gateway.ListRefundsAsync(string.Join('&', filters.Where(filter => filter is not null)), cancellationToken).ConfigureAwait(false);
            ShowList(page, result.GetValue(json));
            return CommonOptions.Done;
        });
        return command;
    }

    private static void ShowList(JsonElement page, bool asJson)
    {
        if (asJson)
        {
            Console.Out.WriteLine(page.GetRawText());
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("refund", "checkout", "status", "amount", "held", "created");
        foreach (var refund in page.GetProperty("data").EnumerateArray())
        {
            table.AddRow(
                Text(refund, "id"), Text(refund, "checkout"), Text(refund, "status"), Amount(refund, "amount"),
                refund.GetProperty("held") is { ValueKind: JsonValueKind.Object } held ? Text(held, "reason") : "", Text(refund, "created_at"));
        }

        AnsiConsole.Write(table);
    }

    private static void Show(JsonElement refund, bool asJson)
    {
        if (asJson)
        {
            Console.Out.WriteLine(refund.GetRawText());
            return;
        }

        var grid = new Grid().AddColumn().AddColumn(new GridColumn().NoWrap());
        grid.AddRow("Refund", Text(refund, "id"));
        grid.AddRow("Checkout", Text(refund, "checkout"));
        grid.AddRow("Transaction", Text(refund, "transaction_id"));
        grid.AddRow("Workflow", Markup.Escape(Text(refund, "workflow_id")));
        grid.AddRow("Status", Text(refund, "status"));
        grid.AddRow("Amount", $"{Amount(refund, "amount")} (tax {Amount(refund, "amount_tax")})");
        foreach (var (title, name) in new[] { ("Held", "held"), ("Failure", "failure") })
        {
            if (refund.GetProperty(name) is { ValueKind: JsonValueKind.Object } part)
            {
                grid.AddRow(title, Markup.Escape(string.Join(", ", part.EnumerateObject().Where(one => one.Value.ValueKind != JsonValueKind.Null).Select(one => $"{one.Name} {one.Value}"))));
            }
        }

        AnsiConsole.Write(grid);
        var steps = new Table().Border(TableBorder.Minimal).AddColumns("step", "status", "tries", "at", "reference");
        foreach (var step in refund.GetProperty("steps").EnumerateArray())
        {
            steps.AddRow([.. StepFields.Select(name => Markup.Escape(step.GetProperty(name).ToString()))]);
        }

        AnsiConsole.Write(steps);
    }

    private static string Text(JsonElement part, string name) => part.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    private static string Amount(JsonElement refund, string name) => new Money(refund.GetProperty(name).GetInt64(), Currency.Parse(Text(refund, "currency"))).ToString();
}
