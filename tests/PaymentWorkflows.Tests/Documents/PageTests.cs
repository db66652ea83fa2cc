using PaymentWorkflows.Tests.Guards;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Documents;

/// <summary>A reader who follows the pages gets somewhere.</summary>
public class PageTests
{
    public static TheoryData<string> Names => [.. Pages.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_link_of_a_page_leads_somewhere(string page) =>
        Pages.Links(Pages.Read(page)).Select(target => Pages.Problem(page, target)).OfType<string>().ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_file_and_folder_that_a_page_names_exists(string page) =>
        Pages.Paths(Pages.Read(page)).Where(path => !Path.Exists(Path.Combine(Repository.Root, path))).ShouldBeEmpty();

    [Fact]
    public void Each_page_is_reached_from_the_README()
    {
        HashSet<string> reached = ["README.md"];
        Queue<string> open = new(reached);
        while (open.TryDequeue(out var page))
        {
            foreach (var target in Pages.Links(Pages.Read(page)).Where(target => !target.Contains("://", StringComparison.Ordinal)).Select(target => target.Split('#')[0]))
            {
                var next = target.Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target)).Replace('\\', '/');
                if (next.EndsWith(".md", StringComparison.Ordinal) && reached.Add(next))
                {
                    open.Enqueue(next);
                }
            }
        }

        Pages.All.Except(reached).ShouldBeEmpty();
    }

    [Fact]
    public void Each_project_is_on_the_READMEs_map()
    {
        var map = Pages.Read("README.md");
        Repository.Files("*.csproj", "workflows", "activities", "workers", "samples", "tests").Select(file => Repository.Relative(Path.GetDirectoryName(file)!))
            .Where(project => !map.Contains($"| `{project}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[x](docs/nowhere.md)")]
    [InlineData("![x](docs/pictures/nothing.png)")]
    [InlineData("[x](docs/architecture.md#no-such-heading)")]
    [InlineData("[x](#nothing-of-this-name)")]
    [InlineData("[x](../outside.md)")]
    [InlineData("[x](http:///nothing)")]
    [InlineData("<ftp://files.example/x>")]
    public void A_planted_link_to_nowhere_is_caught(string text) =>
        Pages.Links(text).Select(target => Pages.Problem("README.md", target)).OfType<string>().ShouldHaveSingleItem();

    [Theory]
    [InlineData("[x](docs/architecture.md#the-five-verdicts)")]
    [InlineData("[x](docs/decisions)")]
    [InlineData("<http://127.0.0.1:7090>")]
    [InlineData("[x](https://temporal.io)")]
    public void A_planted_link_to_somewhere_is_not(string text) =>
        Pages.Links(text).ShouldHaveSingleItem().ShouldSatisfyAllConditions(target => Pages.Problem("README.md", target).ShouldBeNull());

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_curl_command_of_a_page_that_sends_a_body_says_that_it_is_JSON(string page) =>
        Pages.CurlsWithBody(Pages.Read(page)).Where(command => !SaysJson(command)).ShouldBeEmpty();

    [Theory]
    [InlineData("curl $API/v1/refunds -d '{\"amount\":1}'")]
    [InlineData("curl -sd @body.json $API/v1/refunds")]
    [InlineData("answer=$(curl $API/v1/refunds \\\n  -H 'Idempotency-Key: a' \\\n  --data \"{\\\"amount\\\":1}\")")]
    [InlineData("curl $API/v1/refunds -d '{}'; curl $API/v1/refunds -H 'Content-Type: application/json'")]
    public void A_planted_curl_command_that_does_not_say_so_is_caught(string text) => Pages.CurlsWithBody(text).ShouldHaveSingleItem().ShouldSatisfyAllConditions(command => SaysJson(command).ShouldBeFalse());

    [Theory]
    [InlineData("curl $API/v1/refunds -H 'Content-Type: application/json' -d '\n  {\"amount\":1}')")]
    [InlineData("curl $API/v1/refunds \\\n  -d '{}' \\\n  -H \"content-type: application/json\"")]
    public void A_planted_curl_command_that_says_so_is_not(string text) => Pages.CurlsWithBody(text).ShouldHaveSingleItem().ShouldSatisfyAllConditions(command => SaysJson(command).ShouldBeTrue());

    [Fact]
    public void A_curl_command_without_a_body_need_not_say_so() => Pages.CurlsWithBody("`curl -s $API/v1/refunds -H 'X: a -d b'` and -d").ShouldBeEmpty();

    [Fact]
    public void What_is_shown_as_code_is_no_link() => Pages.Links("`[a](b)` and\n```text\n[c](d)\n```\n").ShouldBeEmpty();

    [Fact]
    public void A_planted_path_is_found() => Pages.Paths("`tests/no-such-thing` and `POST /v1/checkouts`").ShouldBe(["tests/no-such-thing"]);

    private static bool SaysJson(string command) => command.Contains("Content-Type: application/json", StringComparison.OrdinalIgnoreCase);
}
