using System.Diagnostics;
using System.Text.Json;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos.Defences;

/// <summary><c>pay chaos --defences</c>: each defence off once, in a copy of the sources, and the harness must tell.</summary>
internal static class DefenceRun
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="StackException">There is no such defence, or the copy does not build.</exception>
    public static async Task<int> RunAsync(string? config, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var root = RepositoryLayout.Current.Root ?? throw new StackException("There are no sources here.");
        var all = Defence.Read(root);
        if (names.FirstOrDefault(name => all.All(one => one.Name != name)) is { } unknown)
        {
            throw new StackException($"There is no defence '{unknown}'. There are: {string.Join(", ", all.Select(one => one.Name))}.");
        }

        Defence[] chosen = [.. all.Where(one => names.Count == 0 || names.Contains(one.Name))];
        var tree = new DefenceTree(root, Path.Combine(root, ".pay", "defences"));
        var findings = new List<DefenceFinding>();
        foreach (var group in chosen.GroupBy(one => one.IsMigrated))
        {
            await tree.WriteAsync(all, group.Key, cancellationToken).ConfigureAwait(false);
            Console.Error.WriteLine($"pay: building the copy for {string.Join(", ", group.Select(one => one.Name))}");
            await tree.BuildAsync(cancellationToken).ConfigureAwait(false);
            findings.AddRange(await PlayAsync(tree, config, group, cancellationToken).ConfigureAwait(false));
        }

        DefenceResult[] results = [.. chosen.Select(one => new DefenceResult(one, findings.Single(finding => finding.Name == one.Name)))];
        foreach (var result in results)
        {
            Console.Out.WriteLine($"{result.Defence.Name}: {result.Verdict}");
        }

        var proven = results.All(result => result.IsProven);
        if (proven && names.Count == 0)
        {
            DefenceTable.Write(root, results);
        }

        return proven ? CommonOptions.Done : CommonOptions.FoundWrong;
    }

    private static async Task<DefenceFinding[]> PlayAsync(DefenceTree tree, string? config, IEnumerable<Defence> group, CancellationToken cancellationToken)
    {
        string[] named = config is null ? [] : ["--config", Path.GetFullPath(config)];
        var start = new ProcessStartInfo(RepositoryLayout.DotnetHost(), [tree.Cli, "chaos", .. named, "--here", "--defences", .. group.Select(one => one.Name)])
        {
            WorkingDirectory = tree.Folder,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == CommonOptions.Done
            ? JsonSerializer.Deserialize<DefenceFinding[]>(output, Format)!
            : throw new StackException($"The copy ended with code {process.ExitCode}; the lines above say why.");
    }
}
