using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Postgres;
using Spectre.Console;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay notices list</c> and <c>pay notices replay</c>: what the app backends were told.</summary>
internal static class NoticesCommand
{
    private const int MostLines = 1_000;

    private static readonly Dictionary<string, NoticeState> States = new(StringComparer.Ordinal)
    {
        ["due"] = NoticeState.Due,
        ["delivered"] = NoticeState.Delivered,
        ["given_up"] = NoticeState.GivenUp,
    };

    public static Command Create() => new("notices", "Look at the notices to the app backends, and send them again.") { CreateList(), CreateReplay() };

    private static Command CreateList()
    {
        var checkout = new Option<string?>("--checkout") { Description = "Only those of this checkout (chk_...).", HelpName = "ID" };
        var state = new Option<string?>("--state") { Description = $"Only those that are {string.Join(", ", States.Keys)}.", HelpName = "STATE" }.AcceptOnlyFromAmong([.. States.Keys]);
        var limit = new Option<int>("--limit") { Description = $"At most so many, 1 to {MostLines}. Default: 50.", DefaultValueFactory = _ => 50, HelpName = "N" };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("list", "List notices, the newest first.") { checkout, state, limit, config, json };
        command.SetAction((result, cancellationToken) => WithOutboxAsync(CommonOptions.Load(result.GetValue(config)), async outbox =>
        {
            var count = result.GetValue(limit);
            if (count is < 1 or > MostLines)
            {
                Console.Error.WriteLine($"pay: --limit is {count} but must be from 1 to {MostLines}.");
                return CommonOptions.WrongUse;
            }

            if (!TryCheckout(result.GetValue(checkout), out var id))
            {
                return CommonOptions.WrongUse;
            }

            var query = new NoticeQuery(id, result.GetValue(state) is { } word ? States[word] : null, count);
            var notices = await outbox.ListAsync(query, cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(notices);
            }
            else if (notices.Count > 0)
            {
                Print(notices);
            }
            else
            {
                Console.Error.WriteLine("pay: there is no such notice.");
            }

            return CommonOptions.Done;
        }));
        return command;
    }

    private static Command CreateReplay()
    {
        var id = new Argument<string?>("ID") { Description = "The notice (evt_...).", Arity = ArgumentArity.ZeroOrOne };
        var checkout = new Option<string?>("--checkout") { Description = "All notices of this checkout (chk_...) in place of one.", HelpName = "ID" };
        var actor = new Option<string>("--actor") { Description = "Who does this, for the audit trail. Default: the user of this terminal.", DefaultValueFactory = _ => Environment.UserName, HelpName = "NAME" };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("replay", "Send notices again, with the same event ids: exit code 1 when there are none.") { id, checkout, actor, config, json };
        command.SetAction((result, cancellationToken) => WithOutboxAsync(CommonOptions.Load(result.GetValue(config)), async outbox =>
        {
            var notice = result.GetValue(id);
            if (!TryCheckout(result.GetValue(checkout), out var all))
            {
                return CommonOptions.WrongUse;
            }

            if (notice is null == all is null)
            {
                Console.Error.WriteLine("pay: name one notice (evt_...), or a checkout with --checkout.");
                return CommonOptions.WrongUse;
            }

            NoticeSelection selection = all is { } known ? new NoticeSelection.OfCheckout(known) : new NoticeSelection.One(notice!);
            var replayed = await outbox.ReplayAsync(selection, result.GetRequiredValue(actor), TimeProvider.System.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json))
            {
                Output.Json(new { replayed });
            }

            Console.Error.WriteLine(replayed.Count == 0 ? "pay: there is no such notice." : $"pay: {replayed.Count} to be sent again.");
            return replayed.Count > 0 ? CommonOptions.Done : CommonOptions.FoundWrong;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<NoticeLine> notices)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("notice", "type", "merchant", "checkout", "no", "state", "tries", "next", "last answer");
        foreach (var notice in notices)
        {
            var state = States.Single(word => word.Value == notice.State).Key;
            table.AddRow(
                notice.Id, notice.Type, Markup.Escape(notice.Merchant), notice.Checkout, $"{notice.Sequence}", state, $"{notice.Attempts}",
                notice.NextDue is { } next ? $"{next:yyyy-MM-dd HH:mm:ss}Z" : "", Markup.Escape(notice.LastError ?? (notice.LastStatus is { } status ? $"{status}" : "")));
        }

        AnsiConsole.Write(table);
    }

    private static bool TryCheckout(string? text, out CheckoutId? checkout)
    {
        checkout = null;
        if (text is null)
        {
            return true;
        }

        if (CheckoutId.TryParse(text, null, out var id))
        {
            checkout = id;
            return true;
        }

        Console.Error.WriteLine($"pay: '{text}' is no checkout; its id begins with chk_.");
        return false;
    }

    /// <exception cref="StackException">The database does not answer.</exception>
    private static async Task<int> WithOutboxAsync(StackOptions options, Func<INoticeOutbox, Task<int>> use)
    {
        await using var services = new ServiceCollection().AddPostgres(options.AppConnectionString()).BuildServiceProvider();
        if (await services.GetRequiredService<DatabaseProbe>().ProbeAsync(CancellationToken.None).ConfigureAwait(false) is { } problem)
        {
            throw new StackException($"The notices at {options.Postgres.Address} cannot be read: {problem}; is the stack running (pay status)?");
        }

        return await use(services.GetRequiredService<INoticeOutbox>()).ConfigureAwait(false);
    }
}
