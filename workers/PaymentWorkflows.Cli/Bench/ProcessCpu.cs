using System.Globalization;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>Processor time of processes with all that descends from them, from <c>/proc</c> (proc(5): fields 14 to 17 of <c>stat</c>, in hundredths of a second).</summary>
internal static class ProcessCpu
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds so far, by name. What has ended and been waited for counts at its parent.</summary>
    /// <param name="roots">Name and process id.</param>
    /// <remarks>A root that descends from another is counted once, as itself.</remarks>
    public static IReadOnlyDictionary<string, double> Seconds(IReadOnlyDictionary<string, int> roots)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => name.All(char.IsAsciiDigit))
            .Select(name => Read(int.Parse(name, CultureInfo.InvariantCulture))).OfType<Entry>().ToDictionary(entry => entry.Id);
        var byParent = all.Values.ToLookup(entry => entry.Parent);
        var own = roots.Values.ToHashSet();
        double Sum(Entry entry) => entry.Seconds + byParent[entry.Id].Where(child => !own.Contains(child.Id)).Sum(Sum);
        return roots.ToDictionary(root => root.Key, root => all.TryGetValue(root.Value, out var entry) ? Sum(entry) : 0, StringComparer.Ordinal);
    }

    private static Entry? Read(int id)
    {
        try
        {
            // The name in parentheses may hold anything, so the fields are counted from its end.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new Entry(id, (int)Field(4), (Field(14) + Field(15) + Field(16) + Field(17)) / TicksPerSecond);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private sealed record Entry(int Id, int Parent, double Seconds);
}
