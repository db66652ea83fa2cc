using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What the README and <c>docs/money.md</c> show happens: their commands are run as they stand, in their order, on the running stack.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed partial class ReadmeTests(RunningStack stack)
{
    private const string Mark = "---- the next block";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_READMEs_commands_do_what_it_says()
    {
        var blocks = Blocks(await ReadAsync("README.md"), "bash");
        blocks.Length.ShouldBe(5);
        var said = await RunAsync(blocks);

        var paid = Json(said[0]);
        (Text(paid, "status"), paid.GetProperty("amount").GetInt64(), paid.GetProperty("amount_tax").GetInt64()).ShouldBe(("completed", 4_758, 760));
        var refund = Json(said[1]);
        (Text(refund, "status"), Text(refund, "checkout"), refund.GetProperty("amount").GetInt64()).ShouldBe(("succeeded", Text(paid, "id"), 1_999));
        said[2].ShouldContain("POST /v1/checkouts");
        said[2].ShouldContain("2000.de");
        Text(Json(said[3]).GetProperty("held"), "reason").ShouldBe("credentials_refused");
        said[4].ShouldContain("credentials_refused");
        var released = stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>("checkout/acme/ord_1003");
        (await RunningStack.EndOf(released)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task A_command_that_fails_ends_the_script()
    {
        var outcome = await PlayAsync(["./pay holds resolve checkout/acme/nothing --action retry --actor dana --reason none", "echo gone on"]);
        (outcome.ExitCode, outcome.Output).ShouldBe((1, ""), outcome.Error);
    }

    [Fact]
    public async Task The_answer_that_the_README_shows_has_the_fields_of_a_real_one()
    {
        var shown = JsonDocument.Parse(Blocks(await ReadAsync("README.md"), "json").ShouldHaveSingleItem()).RootElement;
        var paid = await PaidAsync();
        Names(shown).ShouldBe(Names(paid));
        Names(shown.GetProperty("steps")[0]).ShouldBe(Names(paid.GetProperty("steps")[0]));
        Names(shown.GetProperty("payment")).ShouldBe(Names(paid.GetProperty("payment")));
    }

    [Fact]
    public async Task The_output_that_the_README_shows_is_of_the_demos_scenes()
    {
        var shown = Blocks(await ReadAsync("README.md"), "text").SelectMany(block => block.Split('\n')).Where(line => line.StartsWith("== ", StringComparison.Ordinal)).Select(line => line[3..]).ToArray();
        string[] told = [.. DemoScript.Scenes.Select(scene => scene.Title), $"All {DemoScript.Scenes.Count} scenes went as they should"];
        shown.Length.ShouldBeGreaterThan(3);
        shown.Except(told).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_command_of_pay_is_on_the_page_of_commands()
    {
        var help = await Executables.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), "--help"], Cancel);
        string[] commands = [.. help.Output[help.Output.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0])];
        commands.ShouldContain("holds");
        var page = await ReadAsync("docs/running.md");
        commands.Where(command => !page.Contains($"`./pay {command}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sale_with_tax_and_its_refund_in_two_parts_are_booked_as_the_page_on_money_works_them_out()
    {
        var page = await ReadAsync("docs/money.md");
        var paid = await PaidAsync();
        using var gateway = stack.Gateway();
        foreach (var part in new[] { ",\"amount\":1999", "" })
        {
            await gateway.CreateRefundAsync($$"""{"checkout":"{{Text(paid, "id")}}","reason":"requested_by_customer"{{part}}}""", Guid.NewGuid().ToString(), Cancel);
        }

        (await stack.BooksOfAsync(TransactionId.Parse(Text(paid, "transaction_id"))))
            .ShouldBe([.. Worked(page, "A sale with tax"), .. Worked(page, "A refund in two parts")]);
    }

    /// <summary>The entries of a worked case, each as <see cref="RunningStack.BooksOfAsync"/> tells it.</summary>
    private static IEnumerable<string> Worked(string page, string title)
    {
        var rows = page[page.IndexOf($". {title}\n", StringComparison.Ordinal)..].Split('\n').SkipWhile(line => !line.StartsWith('|')).Skip(2).TakeWhile(line => line.StartsWith('|'));
        var entries = new List<string>();
        foreach (var cells in rows.Select(row => row.Split('|').Select(cell => cell.Trim()).ToArray()))
        {
            var amount = decimal.Parse(cells[4].Length > 0 ? cells[4] : "-" + cells[5], CultureInfo.InvariantCulture) * 100;
            var posting = string.Create(CultureInfo.InvariantCulture, $"{cells[3].Split('`')[1]} {(long)amount}");
            if (cells[2].Length > 0)
            {
                entries.Add($"{cells[2].Trim('`')} {posting}");
            }
            else
            {
                entries[^1] += $", {posting}";
            }
        }

        return entries;
    }

    /// <summary>Two books to Germany with tax, as in the README, under an order of its own.</summary>
    private async Task<JsonElement> PaidAsync()
    {
        var order = $"page-{Guid.NewGuid():N}";
        var start = Blocks(await ReadAsync("README.md"), "bash")[0].Replace("ord_1001", order, StringComparison.Ordinal).Replace("cart-7-try-1", order, StringComparison.Ordinal);
        return Json((await RunAsync([start]))[0]);
    }

    /// <summary>What each block said, all of which must do without an error.</summary>
    private async Task<string[]> RunAsync(IReadOnlyList<string> blocks)
    {
        var outcome = await PlayAsync(blocks);
        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        return outcome.Output.Split($"{Mark}\n");
    }

    /// <summary>Runs blocks one after another in one shell, as a reader does. Only the addresses are the test's.</summary>
    private async Task<Executables.Outcome> PlayAsync(IReadOnlyList<string> blocks)
    {
        var folder = Directory.CreateTempSubdirectory("pay-readme-");
        try
        {
            var pay = Path.Combine(folder.FullName, "pay");
            await File.WriteAllTextAsync(pay, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "pay-cli.dll")}' \"$@\"\n", Cancel);
            var gateway = stack.Options.Gateway;
            string[] script =
            [
                "set -euo pipefail", $"chmod +x '{pay}'", $"cd '{folder.FullName}'",
                $"export PAY_CONFIG='{stack.Options.ConfigFile}' API=http://{gateway.Address} KEY={gateway.ApiKey} SANDBOX=http://{stack.Options.Sandbox.Control}",
                .. blocks.SelectMany(block => (string[])[block, $"echo; echo '{Mark}'"]),
            ];
            return await Executables.RunAsync("bash", ["-c", string.Join('\n', script)], Cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<string> ReadAsync(string page) => File.ReadAllTextAsync(Path.Combine(RepositoryLayout.Current.Root!, page), Cancel);

    private static string[] Blocks(string page, string language) => [.. Fence().Matches(page).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value)];

    /// <summary>The last line that is an object.</summary>
    private static JsonElement Json(string said) => JsonDocument.Parse(said.Split('\n').Last(line => line.StartsWith('{'))).RootElement;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(one => one.Name);

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
