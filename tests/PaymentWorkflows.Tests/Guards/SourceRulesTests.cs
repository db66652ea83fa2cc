using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>Rules about the source itself.</summary>
public partial class SourceRulesTests
{
    [Fact]
    public void No_floating_point_under_workflows() =>
        Repository.Files("*.cs", "workflows").Where(file => HasFloatingPoint(File.ReadAllText(file))).Select(Repository.Relative).ShouldBeEmpty();

    [Theory]
    [InlineData("double rate = 1;")]
    [InlineData("var rate = 0.5;")]
    [InlineData("float? x = null;")]
    [InlineData("var x = 1e3;")]
    [InlineData("Math.Sqrt(2)")]
    [InlineData("System.Double x;")]
    public void Planted_floating_point_is_caught(string code) => HasFloatingPoint(code).ShouldBeTrue();

    [Theory]
    [InlineData("/// <summary>EUR 120.50</summary>")]
    [InlineData("// a double charge")]
    [InlineData("var text = \"0.5\";")]
    [InlineData("var rate = 1.5m;")]
    public void Comments_texts_and_decimals_are_no_floating_point(string code) => HasFloatingPoint(code).ShouldBeFalse();

    [Fact]
    public void No_source_file_needs_a_map() =>
        Repository.Files("*.cs", "workflows", "activities", "workers", "tests").Where(file => File.ReadLines(file).Count() > 450)
            .Select(Repository.Relative).ShouldBeEmpty();

    [Fact]
    public void Workflows_stand_in_files_of_their_own_suffix()
    {
        var strays = Repository.Files("*.cs", "workflows/PaymentWorkflows.Sagas")
            .Where(file => File.ReadAllText(file).Contains("[WorkflowRun]", StringComparison.Ordinal) && !file.EndsWith(".workflow.cs", StringComparison.Ordinal));
        strays.ShouldBeEmpty();
    }

    private static bool HasFloatingPoint(string code) => FloatingPoint().IsMatch(TextOrComment().Replace(code, " "));

    [GeneratedRegex(@"\b(float|double|Single|Double|Half)\b|\b\d+\.\d+(?![\dmM])|\b\d+[eE]\d+\b|\bMath\.(Sqrt|Pow|Round|Log)\b")]
    private static partial Regex FloatingPoint();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""(\\.|[^""\\])*""", RegexOptions.Singleline)]
    private static partial Regex TextOrComment();
}
