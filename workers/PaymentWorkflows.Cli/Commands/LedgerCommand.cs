using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Postgres;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay ledger check</c>, <c>pay ledger show TXN</c> and <c>pay ledger balances MERCHANT</c>.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "Look at the books.") { CreateCheck(), CreateShow(), CreateBalances() };

    private static Command CreateCheck()
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("check", "Add up the books and compare them with the provider: exit code 0 when all is right, 1 when not.") { config, json };
        command.SetAction((result, cancellationToken) => WithLedgerAsync(CommonOptions.Load(result.GetValue(config)), async (options, ledger) =>
        {
            var report = await LedgerReport.TakeAsync(options, ledger, cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(report);
            }
            else
            {
                foreach (var line in report.Lines())
                {
                    Console.Out.WriteLine(line);
                }
            }

            return report.Ok ? CommonOptions.Done : CommonOptions.FoundWrong;
        }));
        return command;
    }

    private static Command CreateShow() => CreateList<TransactionId, LedgerLine>(
        new Command("show", "Show the ledger entries of one transaction."),
        new Argument<string>("TXN") { Description = "The transaction id (txn_...)." },
        "is no transaction id; it begins with txn_",
        (ledger, id, stop) => ledger.ShowAsync(id, stop),
        Print);

    private static Command CreateBalances() => CreateList<MerchantId, LedgerBalance>(
        new Command("balances", "Show what each account of a merchant holds."),
        new Argument<string>("MERCHANT") { Description = "The merchant, such as acme." },
        "is no merchant's id",
        (ledger, id, stop) => ledger.BalancesAsync(id, stop),
        Print);

    /// <summary>Shows what the books hold of something: exit code 1 when that is nothing.</summary>
    private static Command CreateList<TId, TRow>(
        Command command, Argument<string> of, string wrong, Func<ILedger, TId, CancellationToken, Task<IReadOnlyList<TRow>>> read, Action<IReadOnlyList<TRow>> print)
        where TId : struct, IParsable<TId>
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        command.Arguments.Add(of);
        command.Options.Add(config);
        command.Options.Add(json);
        command.SetAction((result, cancellationToken) => WithLedgerAsync(CommonOptions.Load(result.GetValue(config)), async (_, ledger) =>
        {
            var text = result.GetRequiredValue(of);
            if (!TId.TryParse(text, null, out var id))
            {
                Console.Error.WriteLine($"pay: '{text}' {wrong}.");
                return CommonOptions.WrongUse;
            }

            var rows = await read(ledger, id, cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(rows);
            }
            else if (rows.Count > 0)
            {
                print(rows);
            }

            if (rows.Count == 0)
            {
                Console.Error.WriteLine($"pay: the books hold nothing of {id}.");
            }

            return rows.Count > 0 ? CommonOptions.Done : CommonOptions.FoundWrong;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<LedgerBalance> balances)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("account", "debit", "credit");
        foreach (var balance in balances)
        {
            var amount = new Money(Math.Abs(balance.BalanceMinor), Currency.Parse(balance.Currency)).ToString();
            table.AddRow($"{balance.Account} {balance.AccountName}", balance.BalanceMinor >= 0 ? amount : "", balance.BalanceMinor < 0 ? amount : "");
        }

        AnsiConsole.Write(table);
    }

    private static void Print(IReadOnlyList<LedgerLine> lines)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("reference", "kind", "at", "account", "debit", "credit");
        foreach (var line in lines)
        {
            var amount = new Money(Math.Abs(line.AmountMinor), Currency.Parse(line.Currency)).ToString();
            table.AddRow(
                Markup.Escape(line.Reference), line.Kind, $"{line.OccurredAt:yyyy-MM-dd HH:mm:ss}Z", $"{line.Account} {line.AccountName}",
                line.AmountMinor > 0 ? amount : "", line.AmountMinor < 0 ? amount : "");
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Looks at the books of a stack; see <see cref="LedgerReport.TakeAsync"/>.</summary>
    /// <exception cref="StackException">The database or the sandbox does not answer.</exception>
    public static async Task<LedgerReport> ReportAsync(StackOptions options, CancellationToken cancellationToken)
    {
        LedgerReport? report = null;
        await WithLedgerAsync(options, async (stack, ledger) =>
        {
            report = await LedgerReport.TakeAsync(stack, ledger, cancellationToken).ConfigureAwait(false);
            return CommonOptions.Done;
        }).ConfigureAwait(false);
        return report!;
    }

    /// <summary>Opens the books as the application role sees them.</summary>
    /// <exception cref="StackException">The database does not answer.</exception>
    public static async Task<int> WithLedgerAsync(StackOptions options, Func<StackOptions, ILedger, Task<int>> use)
    {
        await using var services = new ServiceCollection().AddPostgres(options.AppConnectionString()).BuildServiceProvider();
        if (await services.GetRequiredService<DatabaseProbe>().ProbeAsync(CancellationToken.None).ConfigureAwait(false) is { } problem)
        {
            throw new StackException($"The books at {options.Postgres.Address} cannot be read: {problem}; is the stack running (pay status)?");
        }

        return await use(options, services.GetRequiredService<ILedger>()).ConfigureAwait(false);
    }
}
