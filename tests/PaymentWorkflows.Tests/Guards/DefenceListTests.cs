using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>The list of what `./pay chaos --defences` switches off keeps up with the sources, and the table in the docs with the list.</summary>
public partial class DefenceListTests
{
    private const string Begin = "<!-- defences: written by ./pay chaos --defences -->";
    private const string End = "<!-- /defences -->";

    [Fact]
    public void Every_text_that_switches_a_defence_off_stands_in_its_file_once() =>
        Defences().SelectMany(defence => Misfits(defence, file => File.ReadAllText(Path.Combine(Repository.Root, file)))).ShouldBeEmpty();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_text_that_is_gone_or_stands_twice_is_caught(int times)
    {
        var defence = Defences().First(one => one.GetProperty("edits").GetArrayLength() == 1);
        var old = defence.GetProperty("edits")[0].GetProperty("old").GetString();
        Misfits(defence, _ => string.Join(' ', Enumerable.Repeat(old, times))).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_table_of_the_docs_has_the_defences_of_the_list_and_no_others()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs/failure-model.md"));
        var table = text[text.IndexOf(Begin, StringComparison.Ordinal)..text.IndexOf(End, StringComparison.Ordinal)];
        Row().Matches(table).Select(match => match.Groups[1].Value).ShouldBe(Defences().Select(Name));
    }

    private static IEnumerable<string> Misfits(JsonElement defence, Func<string, string> read) =>
        from edit in defence.GetProperty("edits").EnumerateArray()
        let file = edit.GetProperty("file").GetString()!
        let count = Regex.Count(read(file), Regex.Escape(edit.GetProperty("old").GetString()!))
        where count != 1
        select $"{Name(defence)}: the text stands in {file} {count} times";

    private static JsonElement[] Defences()
    {
        using var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/defences/defences.json")));
        return [.. list.RootElement.EnumerateArray().Select(one => one.Clone())];
    }

    private static string Name(JsonElement defence) => defence.GetProperty("name").GetString()!;

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Row();
}
