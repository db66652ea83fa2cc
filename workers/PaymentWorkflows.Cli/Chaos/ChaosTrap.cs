using System.Globalization;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>Where a process is hit, and how.</summary>
/// <param name="Span">The span, such as <c>RunActivity:authorize_payment</c> or <c>stripe POST /v1/refunds</c>.</param>
/// <param name="Point"><c>before</c>, <c>during</c> or <c>after</c>.</param>
/// <param name="Action"><c>kill</c>, <c>stop</c> or <c>pause</c>.</param>
/// <param name="Milliseconds">How long after its begin (during), or how long it waits (pause).</param>
internal sealed record ChaosPlace(string Span, string Point, string Action, int Milliseconds);

/// <summary>The folder through which the harness and the trap in the product's processes speak; see <c>PaymentWorkflows.Lab.Trap</c>.</summary>
internal sealed class ChaosTrap
{
    private readonly string folder;

    public ChaosTrap(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        Disarm();
    }

    /// <summary>The variables that put the trap into a process.</summary>
    public IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>
    {
        ["DOTNET_STARTUP_HOOKS"] = RepositoryLayout.Current.Assembly("PaymentWorkflows.Lab"),
        ["PAY_TRAP"] = folder,
    };

    /// <summary>The process that was hit; null as long as none was.</summary>
    public int? Sprung => File.Exists(In("sprung")) && int.TryParse(File.ReadAllText(In("sprung")), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    public void Arm(ChaosPlace place)
    {
        Disarm();
        var making = In("making");
        File.WriteAllLines(making, [place.Span, place.Point, place.Action, place.Milliseconds.ToString(CultureInfo.InvariantCulture)]);
        File.Move(making, In("armed"));
    }

    public void Disarm()
    {
        foreach (var name in new[] { "armed", "sprung" })
        {
            File.Delete(In(name));
        }
    }

    /// <summary>What has ended since the last call: each span with its longest time in milliseconds.</summary>
    public IReadOnlyDictionary<string, double> TakeSeen()
    {
        var lines = Directory.EnumerateFiles(folder, "seen-*").ToList().SelectMany(Take);
        return lines.Select(line => line.Split('\t')).Where(parts => parts is [_, { Length: > 0 }])
            .GroupBy(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Max(), StringComparer.Ordinal);
    }

    private string[] Take(string seen)
    {
        // Moved before it is read: what the process has to say from now on, it says in another file.
        var taken = In("read");
        File.Move(seen, taken, overwrite: true);
        return File.ReadAllLines(taken);
    }

    private string In(string name) => Path.Combine(folder, name);
}
