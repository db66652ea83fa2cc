using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>
/// Rules and workflows give the same answer on every replay: no clock, no chance, no other thread, no IO, no order that a hash table
/// makes up. The compiler refuses most of it by the list of banned symbols; this reads what was really built.
/// </summary>
public class DeterminismTests
{
    private static readonly string[] Banned =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.TimeProvider.get_System", "System.Diagnostics.Stopwatch.StartNew", "System.Guid.NewGuid",
        "System.Guid.CreateVersion7", "System.Random..ctor", "System.Random.get_Shared", "System.Threading.Tasks.Task.Run",
        "System.Threading.Tasks.Task.Delay", "System.Threading.Tasks.Task.WhenAll", "System.Threading.Tasks.Task.WhenAny",
        "System.Threading.Tasks.Task.ConfigureAwait", "System.Threading.Tasks.Task`1.ConfigureAwait", "System.Threading.Tasks.Task.Wait",
        "System.Threading.Tasks.Task`1.get_Result", "System.Collections.Generic.Dictionary`2.GetEnumerator",
        "System.Collections.Generic.Dictionary`2.get_Keys", "System.Collections.Generic.Dictionary`2.get_Values",
        "System.Collections.Generic.HashSet`1.GetEnumerator", "System.Environment.GetEnvironmentVariable",
    ];

    private static readonly string[] BannedTypes =
    [
        "System.IO.File.", "System.IO.Directory.", "System.IO.FileStream.", "System.Net.Http.", "System.Net.Sockets.", "System.Threading.Thread.",
        "System.Threading.ThreadPool.", "System.Threading.Timer.", "System.Threading.SemaphoreSlim.", "System.Diagnostics.Process.", "System.Console.",
        "System.Security.Cryptography.RandomNumberGenerator.", "System.Data.Common.",
    ];

    [Theory]
    [InlineData("PaymentWorkflows.Domain.dll")]
    [InlineData("PaymentWorkflows.Sagas.dll")]
    public void The_built_assembly_calls_nothing_that_a_replay_would_answer_differently(string assembly) =>
        Violations(Path.Combine(AppContext.BaseDirectory, assembly)).ShouldBeEmpty();

    [Fact]
    public void Planted_violations_are_caught()
    {
        // This very assembly holds the violations below.
        var found = Violations(typeof(DeterminismTests).Assembly.Location);
        found.ShouldContain("System.DateTimeOffset.get_UtcNow");
        found.ShouldContain("System.Guid.NewGuid");
        found.ShouldContain("System.Threading.Tasks.Task.Run");
        found.ShouldContain("System.Threading.Tasks.Task.WhenAll");
        found.ShouldContain("System.Threading.Tasks.Task.Delay");
        found.ShouldContain("System.Collections.Generic.Dictionary`2.GetEnumerator");
        found.ShouldContain("System.IO.File.ReadAllText");
        found.ShouldContain("System.Random.get_Shared");
    }

    [Fact]
    public void The_compiler_is_given_the_same_list()
    {
        var list = File.ReadAllText(Path.Combine(Repository.Root, "workflows/BannedSymbols.txt"));
        foreach (var symbol in new[] { "DateTimeOffset.UtcNow", "Guid.NewGuid", "Task.Run", "Task.Delay", "Task.WhenAll", "System.Random", "System.IO.File" })
        {
            list.ShouldContain(symbol);
        }

        File.ReadAllText(Path.Combine(Repository.Root, "workflows/Directory.Build.props")).ShouldContain("BannedSymbols.txt");
    }

    private static IReadOnlyList<string> Violations(string file) =>
        [.. AssemblyCalls.Of(file).Where(call => Banned.Contains(call) || BannedTypes.Any(type => call.StartsWith(type, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];

    /// <summary>Never called: only its compiled form is read.</summary>
    private static async Task<string> Planted(Dictionary<string, int> table)
    {
        var text = DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture) + Guid.NewGuid() + Random.Shared.Next();
        await Task.WhenAll(Task.Run(() => 1), Task.Delay(1));
        foreach (var entry in table)
        {
            text += entry.Key + File.ReadAllText(entry.Key);
        }

        return text;
    }
}
