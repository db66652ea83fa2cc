using System.Globalization;
using System.Text.RegularExpressions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.TestKit.Fuzzing;
using PaymentWorkflows.Tests.Guards;
using PaymentWorkflows.Tests.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

/// <summary>Whatever stands in the two files: a right model, or one sentence with file and line, and never long to wait for.</summary>
[Trait("Category", "Slow")]
public sealed partial class SettingsFuzzTests
{
    private const string StackFile = "temporal-dev.yaml";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string> Bombs => new()
    {
        { "aliases that double with each line", string.Concat(Enumerable.Range(0, 40).Select(n => $"a{n}: &a{n} [{(n == 0 ? "x" : $"*a{n - 1},*a{n - 1}")}]\n")) },
        { "an alias to the node that it stands in", "methods: &a\n  b: *a\n" },
        { "a merge of itself", "methods: &a\n  <<: *a\n" },
        { "lists within lists", new string('[', 100_000) },
        { "mappings within mappings", new string('{', 100_000) },
        { "closed lists within lists", $"methods: {new string('[', 100_000)}{new string(']', 100_000)}" },
        { "indented mappings", string.Concat(Enumerable.Range(0, 1_000).Select(n => $"{new string(' ', n)}a:\n")) },
        { "dashes on one line", string.Concat(Enumerable.Repeat("- ", 100_000)) },
        { "keys of keys", string.Concat(Enumerable.Repeat("? ", 100_000)) },
        { "a word of 250 kilobytes", $"methods: {new string('a', 250_000)}" },
        { "a word of ten megabytes", $"methods: {new string('a', 10_000_000)}" },
        { "a key of 250 kilobytes", $"? {new string('k', 250_000)}\n: v\n" },
        { "a key of 250 kilobytes in quotes", $"? \"{new string('k', 250_000)}\"\n: v\n" },
        { "many keys", string.Concat(Enumerable.Range(0, 20_000).Select(n => $"k{n}: 1\n")) },
        { "many methods", "methods:\n" + string.Concat(Enumerable.Range(0, 18_000).Select(n => $"  k{n}: {{}}\n")) },
        { "a list of many words", $"methods: [{string.Join(',', Enumerable.Range(0, 40_000))}]" },
        { "an open quote", $"methods: \"{new string('x', 250_000)}" },
        { "an open block", $"methods: |\n{string.Concat(Enumerable.Repeat("  x\n", 60_000))}" },
        { "many documents", string.Concat(Enumerable.Repeat("---\na: b\n", 28_000)) },
        { "many comments", string.Concat(Enumerable.Repeat("# a\n", 60_000)) },
        { "blanks", new string(' ', 250_000) },
        { "tabs", new string('\t', 250_000) },
        { "nothing but colons", new string(':', 250_000) },
        { "escapes beyond Unicode", "methods: \"\\UFFFFFFFF\"" },
    };

    /// <summary>Long lists under keys that take any word: each is looked at once.</summary>
    public static TheoryData<string> LongSections => new()
    {
        "review_rules:\n  - {name: many, message: Many., methods: [" + string.Join(',', Enumerable.Range(0, 30_000).Select(n => $"m{n}")) + "]}\n",
        "temporal_not: 1\nmerchants:\n" + string.Concat(Enumerable.Range(0, 12_000).Select(n => $"  - id: m{n}\n")),
        "task_queues:\n" + string.Concat(Enumerable.Range(0, 12_000).Select(n => $"  q{n}: {{}}\n")),
    };

    [Fact]
    public async Task A_mutated_file_of_payment_methods_is_read_rightly_or_refused_in_one_sentence_with_its_line()
    {
        var refused = 0;
        await Fuzz.PlayAsync(
            YamlMutations.Of(MethodFiles.Full, File.ReadAllText(MethodFiles.Own)),
            few: 1_000,
            atOnce: 2,
            text => InTimeAsync(() => Interlocked.Add(ref refused, Refuses(text, MethodFiles.FileName, () => ShouldBeRight(PaymentMethodLoader.Parse(text, MethodFiles.FileName))) ? 1 : 0)),
            text => text);
        refused.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_mutated_configuration_is_read_rightly_or_refused_in_one_sentence_with_its_line()
    {
        var refused = 0;
        await Fuzz.PlayAsync(
            YamlMutations.Of(SmallestStack.Text, File.ReadAllText(Path.Combine(Repository.Root, StackFile))),
            few: 1_000,
            atOnce: 2,
            text => InTimeAsync(() => Interlocked.Add(ref refused, Refuses(text, StackFile, () => ShouldBeRight(StackOptionsLoader.Parse(text, StackFile, new Dictionary<string, string>()))) ? 1 : 0)),
            text => text);
        refused.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_file_that_is_made_to_exhaust_its_reader_is_refused_at_once(string what, string text)
    {
        await InTimeAsync(() =>
        {
            Refuses(text, MethodFiles.FileName, () => PaymentMethodLoader.Parse(text, MethodFiles.FileName)).ShouldBeTrue(what);
            Refuses(text, StackFile, () => StackOptionsLoader.Parse(text, StackFile, new Dictionary<string, string>())).ShouldBeTrue(what);
        });
    }

    [Theory]
    [MemberData(nameof(LongSections))]
    public async Task A_long_list_is_read_once_and_not_once_for_each_entry(string addition)
    {
        var text = $"{SmallestStack.Text}\n{addition}";
        await InTimeAsync(() => Refuses(text, StackFile, () => StackOptionsLoader.Parse(text, StackFile, new Dictionary<string, string>())));
    }

    [Fact]
    public void The_judgement_sees_another_exception_and_a_sentence_without_its_line()
    {
        Should.Throw<InvalidOperationException>(() => Refuses("a", StackFile, () => throw new InvalidOperationException("not ours")));
        Should.Throw<ShouldAssertException>(() => Refuses("a", StackFile, () => throw new ConfigurationException("Something is wrong.")));
        Should.Throw<ShouldAssertException>(() => Refuses("a", StackFile, () => throw new ConfigurationException($"{StackFile}, line 9: beyond the end.")));
        Should.Throw<ShouldAssertException>(() => Refuses("a", StackFile, () => throw new ConfigurationException($"{StackFile}, line 1: two\nlines.")));
    }

    /// <summary>Whether the text was refused, as it should be: by our own error in one short sentence, which names the file and a line of it.</summary>
    private static bool Refuses(string text, string file, Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (ConfigurationException refused)
        {
            var match = Sentence().Match(refused.Message);
            match.Success.ShouldBeTrue(refused.Message);
            match.Groups["file"].Value.ShouldBe(file);
            int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture).ShouldBeInRange(1, text.Split('\n', '\r', '\u0085', '\u2028', '\u2029').Length + 1);
            refused.Message.Length.ShouldBeLessThan(1_200);
            return true;
        }
    }

    private static async Task InTimeAsync(Action read) => await Task.Run(read).WaitAsync(Patience);

    private static void ShouldBeRight(PaymentMethodCatalogue catalogue)
    {
        catalogue.Methods.ShouldNotBeEmpty();
        foreach (var method in catalogue.Methods)
        {
            method.Name.ShouldMatch(@"\A[a-z][a-z0-9_]{0,49}\z");
            PaymentMethodRanking.DisplayName(method, null).Trim().ShouldNotBeEmpty();
            method.Traits.Expiry.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromDays(60));
            method.SettlementDays.ShouldBeInRange(0, 60);
            method.CaptureModes.ShouldNotBeEmpty();
            method.Traits.Providers.ShouldNotBeEmpty();
            (method.Countries ?? ["DE"]).ShouldAllBe(country => Iso3166.IsCountry(country));
        }
    }

    private static void ShouldBeRight(StackOptions options)
    {
        foreach (var address in (string[])[options.Temporal.Address, options.Temporal.Ui, options.Postgres.Address, options.Gateway.Address, options.Sandbox.Stripe, options.Sandbox.Control])
        {
            HostPort.TryParse(address, out _).ShouldBeTrue(address);
        }

        options.Temporal.Namespace.ShouldMatch(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z");
        options.Postgres.Database.ShouldMatch(@"\A[a-z_][a-z0-9_]*\z");
        options.Stripe.Account.ShouldMatch(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z");
        options.Stripe.Timeout.ShouldBeInRange(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2));
        options.Gateway.Count.ShouldBeInRange(1, 32);
        options.Workers.Select(worker => worker.Role).ShouldBeUnique();
        options.Merchants.Select(merchant => MerchantId.Parse(merchant.Id)).ShouldBeUnique();
    }

    [GeneratedRegex(@"\A(?<file>[^,]+), line (?<line>[0-9]+): [^\p{Cc}\p{Cs}\u2028\u2029]+\.\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
