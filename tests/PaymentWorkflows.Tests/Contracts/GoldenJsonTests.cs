using System.Reflection;
using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Tests.Guards;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Contracts;

/// <summary>
/// The wire stands still: every message that can enter a history has a golden file, is written exactly so, and reads back. A change that
/// is meant is made with <c>UPDATE_GOLDEN=1</c>, and then read in the diff.
/// </summary>
public class GoldenJsonTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/PaymentWorkflows.Tests/Contracts/golden");

    private static readonly JsonSerializerOptions Indented = new(PaymentWorkflowsJson.Options) { WriteIndented = true };

    public static TheoryData<string> MessageNames => [.. Messages(typeof(PaymentWorkflowsJson).Assembly).Concat(ClosedCases()).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void A_message_is_written_as_its_golden_file_and_reads_back(string name)
    {
        var type = Find(name);
        var declared = type.BaseType is { IsAbstract: true } closed && closed.Assembly != typeof(object).Assembly && closed.GetCustomAttribute<System.Text.Json.Serialization.JsonPolymorphicAttribute>() is not null
            ? closed
            : type;
        var json = JsonSerializer.Serialize(Samples.Of(type), declared, Indented) + "\n";
        var file = Path.Combine(Folder, FileName(type));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, json);
        }

        File.Exists(file).ShouldBeTrue($"{name} has no golden file {file}; make it with UPDATE_GOLDEN=1.");
        json.ShouldBe(File.ReadAllText(file));
        (JsonSerializer.Serialize(JsonSerializer.Deserialize(json, declared, Indented), declared, Indented) + "\n").ShouldBe(json);
    }

    [Fact]
    public void No_golden_file_outlives_its_message()
    {
        var expected = MessageNames.Select(row => FileName(Find(row.Data))).ToHashSet();
        Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Where(file => !expected.Contains(file!)).ShouldBeEmpty();
    }

    [Fact]
    public void A_message_without_a_golden_file_is_found()
    {
        // The planted message lives in this assembly, so the search over it must report it.
        Messages(typeof(GoldenJsonTests).Assembly).ShouldContain(typeof(Planted.PlantedMessage));
        File.Exists(Path.Combine(Folder, FileName(typeof(Planted.PlantedMessage)))).ShouldBeFalse();
    }

    private static IEnumerable<Type> Messages(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => type is { IsInterface: false, IsAbstract: false } && type.Namespace?.Contains(".Contracts", StringComparison.Ordinal) == true)
        .Where(type => type.IsEnum || type.GetMethod("<Clone>$") is not null)
        .OrderBy(type => type.FullName, StringComparer.Ordinal);

    private static IEnumerable<Type> ClosedCases() => new[] { typeof(MoneyVerdict), typeof(StepVerdict), typeof(LedgerFact) }.SelectMany(type => type.GetNestedTypes())
        .Where(type => !type.IsAbstract).OrderBy(type => type.FullName, StringComparer.Ordinal);

    private static Type Find(string name) =>
        typeof(PaymentWorkflowsJson).Assembly.GetType(name) ?? typeof(MoneyVerdict).Assembly.GetType(name) ?? throw new InvalidOperationException(name);

    private static string FileName(Type type) => $"{(type.DeclaringType is { } outer ? outer.Name + "." : "")}{type.Name}.json";
}
