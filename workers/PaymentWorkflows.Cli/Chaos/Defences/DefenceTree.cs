using System.Text;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos.Defences;

/// <summary>
/// A copy of the tracked files in which each defence has a switch. All of them are built once: which one is off is a word in a file that
/// the processes look at, so that one stack plays them all. A migration has no switch; it is changed for a build of its own.
/// </summary>
internal sealed class DefenceTree(string root, string folder)
{
    /// <summary>The environment variable that names the file with the name of the defence that is off.</summary>
    public const string Variable = "PAY_DEFENCE_OFF";

    private const string Switch = "workflows/PaymentWorkflows.Domain/DefenceSwitch.cs";

    private const string SwitchSource = """
        namespace PaymentWorkflows.Domain;

        public static class DefenceSwitch
        {
            private static readonly string? File = System.Environment.GetEnvironmentVariable("PAY_DEFENCE_OFF");

            public static bool IsOff(string name)
            {
                try
                {
                    return File is not null && System.IO.File.Exists(File) && System.IO.File.ReadAllText(File) == name;
                }
                catch (System.IO.IOException)
                {
                    return IsOff(name);
                }
            }
        }

        """;

    public string Folder => folder;

    public string Cli => Path.Combine(folder, "workers/PaymentWorkflows.Cli/bin/Release/net10.0/pay-cli.dll");

    /// <summary>Brings the copy up to date with the repository, with a switch at each of these defences; with their changed migrations or with the product's.</summary>
    /// <exception cref="StackException">A text that is to be changed does not stand in its file exactly once.</exception>
    public async Task WriteAsync(IReadOnlyList<Defence> defences, bool migrated, CancellationToken cancellationToken)
    {
        var changes = defences.SelectMany(one => one.Edits.Where(edit => migrated || !edit.IsMigration).Select(edit => (one.Name, Edit: edit))).ToLookup(change => change.Edit.File);
        foreach (var file in await TrackedAsync(cancellationToken).ConfigureAwait(false))
        {
            var from = Path.Combine(root, file);
            var to = Path.Combine(folder, file);
            if (!File.Exists(from))
            {
                File.Delete(to);
                continue;
            }

            var bytes = await File.ReadAllBytesAsync(from, cancellationToken).ConfigureAwait(false);
            await WriteChangedAsync(to, changes.Contains(file) ? Encoding.UTF8.GetBytes(changes[file].Aggregate(Encoding.UTF8.GetString(bytes), Applied)) : bytes, cancellationToken).ConfigureAwait(false);
        }

        await WriteChangedAsync(Path.Combine(folder, Switch), Encoding.UTF8.GetBytes(SwitchSource), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Builds what a stack needs of the copy.</summary>
    /// <exception cref="StackException">It does not build.</exception>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        var built = await Executables.RunAsync(
            RepositoryLayout.DotnetHost(),
            [
                "build", Path.Combine(folder, "pay.slnf"), "-c", "Release", "-v", "q", "--nologo", "-clp:NoSummary", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false", "-p:NuGetAudit=false",

                // The copy has no commit of its own; with the repository's, each one would build everything anew.
                "-p:EnableSourceControlManagerQueries=false",
            ],
            cancellationToken,
            folder).ConfigureAwait(false);
        if (!built.Succeeded)
        {
            throw new StackException($"The copy in {folder} does not build: {string.Join(' ', built.Output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Take(2))}");
        }
    }

    private static string Applied(string text, (string Name, DefenceEdit Edit) change)
    {
        var (name, edit) = change;
        var at = text.IndexOf(edit.Old, StringComparison.Ordinal);
        return at >= 0 && text.IndexOf(edit.Old, at + 1, StringComparison.Ordinal) < 0
            ? string.Concat(text.AsSpan(0, at), edit.New.Replace("{off}", $"global::PaymentWorkflows.Domain.DefenceSwitch.IsOff(\"{name}\")", StringComparison.Ordinal), text.AsSpan(at + edit.Old.Length))
            : throw new StackException($"The text of {name} does not stand in {edit.File} exactly once.");
    }

    private async Task<IReadOnlyList<string>> TrackedAsync(CancellationToken cancellationToken)
    {
        var listed = await Executables.RunAsync("git", ["ls-files", "-z"], cancellationToken, root).ConfigureAwait(false);
        return listed.Succeeded ? listed.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : throw new StackException($"git does not list the files of {root}.");
    }

    /// <summary>A file that is as it was keeps its time, so that only what changed is built.</summary>
    private static async Task WriteChangedAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        if (!File.Exists(file) || !(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)).SequenceEqual(content))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, content, cancellationToken).ConfigureAwait(false);
        }
    }
}
