using System.CommandLine;
using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay sandbox</c>: which cards, tokens and values bring what about, as the sandbox itself lists it. No stack has to run.</summary>
internal static class SandboxCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("sandbox", "List the cards, methods and tokens of the sandbox with what each of them brings about.") { config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var layout = RepositoryLayout.Current;
            var methods = CommonOptions.Load(result.GetValue(config)).PaymentMethodsFile;
            string[] arguments = [layout.Assembly("PaymentWorkflows.Sandbox"), "--catalogue", "--methods", methods];
            var outcome = await Executables.RunAsync(RepositoryLayout.DotnetHost(), arguments, cancellationToken).ConfigureAwait(false);
            if (!outcome.Succeeded)
            {
                throw new StackException($"The sandbox did not tell its catalogue: {outcome.LastLine}");
            }

            if (outcome.Error.Length > 0)
            {
                await Console.Error.WriteLineAsync(outcome.Error.TrimEnd()).ConfigureAwait(false);
            }

            if (result.GetValue(json))
            {
                Console.Out.WriteLine(outcome.Output.TrimEnd());
            }
            else
            {
                using var catalogue = JsonDocument.Parse(outcome.Output);
                Print(catalogue.RootElement);
            }

            return CommonOptions.Done;
        });
        return command;
    }

    private static void Print(JsonElement catalogue)
    {
        var cards = Table("payment_method", "token", "number", "what happens");
        foreach (var card in catalogue.GetProperty("cards").EnumerateArray())
        {
            Row(cards, Text(card, "payment_method"), Text(card, "token"), Text(card, "number"), Does(card));
        }

        Section("Cards", cards);
        var methods = Table("type", "flow", "currencies", "needs", "expires after", "refunds");
        var values = Table("type", "parameter", "value", "what happens");
        foreach (var method in catalogue.GetProperty("methods").EnumerateArray())
        {
            Row(methods, Text(method, "type"), Text(method, "flow"), List(method, "currencies"), List(method, "needs"), Text(method, "expires_after"), Text(method, "refunds"));
            foreach (var value in method.GetProperty("values").EnumerateArray())
            {
                Row(values, Text(method, "type"), Text(value, "where"), Text(value, "value"), Does(value));
            }
        }

        Section("Other payment methods: payment_method_data[type]", methods);
        Section("Values that decide how they end", values);
        var tax = catalogue.GetProperty("tax");
        var codes = Table("tax_code", "category", "name");
        foreach (var code in tax.GetProperty("codes").EnumerateArray())
        {
            Row(codes, Text(code, "code"), Text(code, "category"), Text(code, "name"));
        }

        Section($"Tax, sold from {Text(tax, "seller")}; collected in {List(tax, "places")}", codes);
        AnsiConsole.MarkupLineInterpolated($"Faults (POST /faults on the control port): {List(catalogue, "faults")}");
    }

    private static Table Table(params string[] columns) => new Table().Border(TableBorder.Minimal).AddColumns(columns);

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);

    private static void Section(string title, Table table)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{title}[/]");
        AnsiConsole.Write(table);
    }

    // What Stripe does not have is told apart, so that nobody looks for it there.
    private static string Does(JsonElement value) => Text(value, "source") == "sandbox" ? $"{Text(value, "does")} (sandbox only)" : Text(value, "does");

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString() ?? "-";

    private static string List(JsonElement value, string name) =>
        value.GetProperty(name).GetArrayLength() == 0 ? "-" : string.Join(", ", value.GetProperty(name).EnumerateArray().Select(item => item.GetString()));
}
