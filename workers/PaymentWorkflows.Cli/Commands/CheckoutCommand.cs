using System.CommandLine;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Domain;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay checkout start FILE.json</c> and <c>pay checkout show ID</c>, over the Gateway's API.</summary>
internal static class CheckoutCommand
{
    private static readonly string[] StepFields = ["name", "status", "attempts", "at", "reference"];

    public static Command Create() => new("checkout", "Start and show checkouts.") { CreateStart(), CreateShow() };

    private static Command CreateStart()
    {
        var file = new Argument<string>("FILE.json") { Description = "The body of POST /v1/checkouts; - reads it from standard input." };
        var key = new Option<string?>("--idempotency-key") { Description = "Repeats with the same key get the same answer. Default: a new key.", HelpName = "KEY" };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("start", "Start a checkout and wait for its answer.") { file, key, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var options = CommonOptions.Load(result.GetValue(config));
            var path = result.GetRequiredValue(file);
            string body;
            try
            {
                body = path == "-" ? await Console.In.ReadToEndAsync(cancellationToken).ConfigureAwait(false) : await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"pay: {path} cannot be read: {e.Message}");
                return CommonOptions.WrongUse;
            }

            using var gateway = new GatewayClient(options.Gateway);
            Show(await gateway.CreateCheckoutAsync(body, result.GetValue(key) ?? $"pay-{Guid.NewGuid():N}", cancellationToken).ConfigureAwait(false), result.GetValue(json));
            return CommonOptions.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var id = new Argument<string>("ID") { Description = "The checkout (chk_...)." };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("show", "Show a checkout: where it stands and what its steps became.") { id, config, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var gateway = new GatewayClient(CommonOptions.Load(result.GetValue(config)).Gateway);
            Show(await gateway.GetCheckoutAsync(result.GetRequiredValue(id), cancellationToken).ConfigureAwait(false), result.GetValue(json));
            return CommonOptions.Done;
        });
        return command;
    }

    private static void Show(JsonElement checkout, bool asJson)
    {
        if (asJson)
        {
            Console.Out.WriteLine(checkout.GetRawText());
            return;
        }

        string? Text(string name) => checkout.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        var currency = Currency.Parse(Text("currency")!);
        string Amount(string name) => new Money(checkout.GetProperty(name).GetInt64(), currency).ToString();
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().NoWrap());
        grid.AddRow("Checkout", Text("id")!);
        grid.AddRow("Transaction", Text("transaction_id")!);
        grid.AddRow("Workflow", Markup.Escape(Text("workflow_id")!));
        grid.AddRow("Status", Text("status")!);
        grid.AddRow("Amount", $"{Amount("amount")} (captured {Amount("amount_captured")}, refunded {Amount("amount_refunded")})");
        foreach (var (title, name) in new[] { ("Held", "held"), ("Next action", "next_action"), ("Payment", "payment"), ("Decline", "decline") })
        {
            if (checkout.GetProperty(name) is { ValueKind: JsonValueKind.Object } part)
            {
                grid.AddRow(title, Markup.Escape(string.Join(", ", part.EnumerateObject().Where(one => one.Value.ValueKind != JsonValueKind.Null).Select(one => $"{one.Name} {one.Value}"))));
            }
        }

        AnsiConsole.Write(grid);
        var steps = new Table().Border(TableBorder.Minimal).AddColumns("step", "status", "tries", "at", "reference");
        foreach (var step in checkout.GetProperty("steps").EnumerateArray())
        {
            steps.AddRow([.. StepFields.Select(name => Markup.Escape(step.GetProperty(name).ToString()))]);
        }

        AnsiConsole.Write(steps);
    }
}
