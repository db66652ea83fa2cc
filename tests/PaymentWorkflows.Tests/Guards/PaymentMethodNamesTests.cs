using System.Text.RegularExpressions;
using PaymentWorkflows.Hosting.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>
/// The product and its sandbox branch on a payment method's traits, never on its name: no name of <c>payment-methods.yaml</c> stands in the code. Data
/// files may hold them, and comments. <c>card</c> is left out: it is the name of a flow, and of what the demo pays with.
/// </summary>
public partial class PaymentMethodNamesTests
{
    private static readonly string[] Names =
        [.. PaymentMethodLoader.Load(Path.Combine(Repository.Root, "payment-methods.yaml")).Names.Where(name => name != "card")];

    public static TheoryData<string> AllNames => [.. Names];

    [Fact]
    public void No_code_knows_a_payment_method_by_its_name()
    {
        Names.Length.ShouldBeGreaterThanOrEqualTo(6);
        Repository.Files("*.cs", "workflows", "activities", "workers")
            .SelectMany(file => Found(File.ReadAllText(file)).Select(name => $"{Repository.Relative(file)}: {name}")).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void A_planted_name_is_caught_as_a_text_and_as_an_identifier(string name)
    {
        var pascal = string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var camel = char.ToLowerInvariant(pascal[0]) + pascal[1..];
        foreach (var code in new[]
                 {
                     $"if (method == \"{name}\")", $"var type = \"payment_method_data[{name}][tax_id]\";", $"case \"{name}_display\":", $"var s = $\"x{{y}}-{name}\";",
                     $"class {pascal}Flow {{ }}", $"var {camel} = 1;", $"PayBy{pascal}Async()", $"enum Method {{ Card, {pascal} }}", $"const string {name.ToUpperInvariant()} = \"\";",
                     $"var s = \"\"\"\n  {name}\n\"\"\";", $"var url = \"https://x.example/{name}\";",
                 })
        {
            Found(code).ShouldBe([name], code);
        }
    }

    [Theory]
    [InlineData("// pix is a method")]
    [InlineData("/// <summary>As with pix.</summary>")]
    [InlineData("/* pix */ var x = 1;")]
    [InlineData("var pixel = \"pixels\";")]
    [InlineData("var url = \"https://shop.example\"; // pix")]
    [InlineData("var idealism = 1;")]
    public void Comments_and_other_words_are_no_names(string code) => Found(code).ShouldBeEmpty();

    /// <summary>Both are split into words, so that a name is found in every way of writing it and not inside of another word.</summary>
    private static IEnumerable<string> Found(string code)
    {
        var text = Comment().Replace(code, match => match.Value.StartsWith('/') ? " " : match.Value);
        var words = $"_{string.Join('_', Word().Matches(text).Select(match => match.Value.ToLowerInvariant()))}_";
        return Names.Where(name => words.Contains($"_{name}_", StringComparison.Ordinal));
    }

    /// <summary>A comment, or a text: within a text two slashes begin no comment.</summary>
    [GeneratedRegex("""(?s)/\*.*?\*/|//[^\n]*|\"\"\".*?\"\"\"|@"([^"]|"")*"|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])'""")]
    private static partial Regex Comment();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")]
    private static partial Regex Word();
}
