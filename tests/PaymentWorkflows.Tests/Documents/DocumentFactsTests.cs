using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Tests.Guards;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Documents;

/// <summary>What the pages say of money and holds is what the code does.</summary>
public class DocumentFactsTests
{
    private const string Begin = "<!-- worked postings: written by DocumentFactsTests, UPDATE_GOLDEN=1 writes them anew -->\n";
    private const string End = "<!-- end of the worked postings -->";

    public static TheoryData<HoldReason> Reasons => [.. Enum.GetValues<HoldReason>()];

    [Fact]
    public void The_worked_postings_are_those_that_the_posting_rules_make()
    {
        var file = Path.Combine(Repository.Root, "docs", "money.md");
        var page = File.ReadAllText(file);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, page[..from] + WorkedPostings.Section() + page[to..]);
            return;
        }

        page[from..to].ShouldBe(WorkedPostings.Section());
    }

    [Fact]
    public void Each_worked_case_balances_and_uses_only_accounts_that_the_page_calls_used()
    {
        var used = Rows("money.md", "Account").Where(row => row[2] == "yes").Select(row => row[0]).ToHashSet();
        foreach (var (title, entries) in WorkedPostings.Cases())
        {
            entries.SelectMany(entry => entry.Postings).Sum(posting => posting.Amount.Minor).ShouldBe(0, title);
        }

        WorkedPostings.Cases().SelectMany(one => one.Entries).SelectMany(entry => entry.Postings).Select(posting => posting.Account.Number).Distinct().ShouldBe(used, ignoreOrder: true);
    }

    [Fact]
    public void The_chart_of_accounts_is_the_codes() =>
        Rows("money.md", "Account").Select(row => (row[0], row[1])).ShouldBe(ChartOfAccounts.Names.Select(one => (one.Key, one.Value)));

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Each_reason_for_a_hold_has_its_row_its_owners_and_a_runbook_with_its_acts(HoldReason reason)
    {
        var name = HoldRules.Name(reason);
        string[] acts = [.. HoldRules.Allowed(reason).Select(HoldRules.Name)];
        var row = Rows("interventions.md", "Reason").Where(row => row[0] == $"[`{name}`](runbooks/{name}.md)").ShouldHaveSingleItem();
        row[1..].ShouldBe([HoldRules.Owner(reason), HoldRules.Owner(reason, 1), string.Join(", ", acts.Select(act => $"`{act}`"))]);

        var runbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbooks", $"{name}.md"));
        runbook.ShouldStartWith($"# {name}\n\nOwner: {HoldRules.Owner(reason)}, then {HoldRules.Owner(reason, 1)}. Allowed: ");
        var table = runbook[runbook.IndexOf("## Choose", StringComparison.Ordinal)..];
        foreach (var act in acts)
        {
            table.ShouldContain($"\n| `{act}`");
        }
    }

    [Fact]
    public void Each_act_is_explained_once() =>
        Rows("interventions.md", "Act").Select(row => row[0].Trim('`')).ShouldBe(Enum.GetValues<HoldAction>().Select(HoldRules.Name), ignoreOrder: true);

    /// <summary>The cells of the table whose first column has this head.</summary>
    private static string[][] Rows(string page, string head) =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", page)).SkipWhile(line => !line.StartsWith($"| {head} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray()),
    ];
}
