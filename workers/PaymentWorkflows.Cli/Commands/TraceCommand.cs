using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Domain;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay trace TXN</c>: the whole story of one transaction, from the Gateway.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("TXN") { Description = "The transaction (txn_...), from an answer's Transaction-Id, a log line, the provider's metadata or the Web UI." };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("trace", "Tell the story of a transaction: calls, steps, attempts, events, acts, books, notices, and who owns what failed.") { id, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var text = result.GetRequiredValue(id);
            if (!TransactionId.TryParse(text, null, out var transaction))
            {
                Console.Error.WriteLine($"pay: '{text}' is no transaction; its id begins with txn_.");
                return CommonOptions.WrongUse;
            }

            using var gateway = new GatewayClient(CommonOptions.Load(result.GetValue(config)).Gateway);
            if (await gateway.FindAsync($"/v1/transactions/{Uri.EscapeDataString(transaction.Value)}", cancellationToken).ConfigureAwait(false) is not { } story)
            {
                Console.Error.WriteLine($"pay: nothing is known of {transaction}.");
                return CommonOptions.FoundWrong;
            }

            if (result.GetValue(json))
            {
                Console.Out.WriteLine(story.GetRawText());
            }
            else
            {
                Print(story);
            }

            return CommonOptions.Done;
        });
        return command;
    }

    private static void Print(JsonElement story)
    {
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().NoWrap());
        grid.AddRow("Transaction", Escaped(story, "id"));
        grid.AddRow("Merchant", Escaped(story, "merchant"));
        grid.AddRow("Status", Escaped(story, "status"));
        if (story.GetProperty("failure") is { ValueKind: JsonValueKind.Object } failure)
        {
            grid.AddRow("Failure", $"{Escaped(failure, "code")}: {Escaped(failure, "message")}");
            grid.AddRow("Owner", Escaped(story, "owner"));
        }

        grid.AddRow("Money", Markup.Escape(Money(story.GetProperty("money"))));
        grid.AddRow("Workflow", Escaped(story.GetProperty("links"), "workflow"));
        foreach (var trace in story.GetProperty("links").GetProperty("traces").EnumerateArray())
        {
            grid.AddRow("Trace", Markup.Escape(trace.GetString()!));
        }

        AnsiConsole.Write(grid);
        var lines = new Table().Border(TableBorder.Minimal).AddColumns("at", "kind", "what", "reference", "captured", "refunded", "booked");
        foreach (var line in story.GetProperty("story").EnumerateArray())
        {
            var money = line.GetProperty("money");
            lines.AddRow(
                line.GetProperty("at").GetDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture), Escaped(line, "kind"), Escaped(line, "title"),
                Escaped(line, "reference"), Amount(money, "captured"), Amount(money, "refunded"), Amount(money, "booked"));
        }

        AnsiConsole.Write(lines);
        if (story.GetProperty("truncated").GetBoolean())
        {
            Console.Error.WriteLine("pay: more happened than is shown here.");
        }
    }

    private static string Escaped(JsonElement part, string name) => Markup.Escape(part.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "");

    private static string Money(JsonElement money) => money.ValueKind == JsonValueKind.Object
        ? $"authorized {Amount(money, "authorized")}, captured {Amount(money, "captured")}, refunded {Amount(money, "refunded")}, balance {Amount(money, "balance")}, booked {Amount(money, "booked")}"
        : "none";

    private static string Amount(JsonElement money, string name) => money.ValueKind == JsonValueKind.Object
        ? new Money(money.GetProperty(name).GetInt64(), Currency.Parse(money.GetProperty("currency").GetString()!)).ToString()
        : "";
}
