using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>The DBOS program of <c>PaymentWorkflows.Lab</c> with its packages, in a folder of the stack's own.</summary>
/// <param name="Node">The <c>node</c> that runs it.</param>
/// <param name="Script">Its path.</param>
internal sealed record DbosProgram(string Node, string Script)
{
    private const string Lock = "package-lock.json";
    private const string EntryPoint = "checkout.mjs";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Copies the program and installs what its lock file names, once for each lock file; without a Node or its packages says why it is left out and gives null.</summary>
    public static async Task<DbosProgram?> PrepareAsync(StackFolders folders, IProgress progress, CancellationToken cancellationToken)
    {
        if (Executables.OnPath("node") is not { } node || Executables.OnPath("npm") is not { } npm)
        {
            progress.Say("dbos is left out: there is no node or no npm on PATH");
            return null;
        }

        var source = Path.Combine(Path.GetDirectoryName(RepositoryLayout.Current.Assembly("PaymentWorkflows.Lab"))!, "dbos");
        var folder = Directory.CreateDirectory(Path.Combine(folders.Data, "bench", "dbos")).FullName;
        foreach (var file in new[] { "package.json", Lock, EntryPoint })
        {
            File.Copy(Path.Combine(source, file), Path.Combine(folder, file), overwrite: true);
        }

        if (await InstallAsync(npm, folder, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            progress.Say($"dbos is left out: npm ci does not install its packages: {problem}");
            return null;
        }

        return new DbosProgram(node, Path.Combine(folder, EntryPoint));
    }

    /// <summary>What went wrong; null when the packages are there.</summary>
    private static async Task<string?> InstallAsync(string npm, string folder, CancellationToken cancellationToken)
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, Lock), cancellationToken).ConfigureAwait(false);
        var installed = Path.Combine(folder, "node_modules", ".installed-lock.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed, cancellationToken).ConfigureAwait(false) == wanted)
        {
            return null;
        }

        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // Packages run no scripts of their own here, and a node that is too old for them is refused.
            var outcome = await Executables.RunAsync(
                npm, ["ci", "--prefix", folder, "--ignore-scripts", "--engine-strict", "--no-audit", "--no-fund", "--loglevel=error"], stop.Token).ConfigureAwait(false);
            if (!outcome.Succeeded)
            {
                return outcome.Error.Split('\n').FirstOrDefault(line => line.Length > 0) ?? outcome.LastLine;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return $"not within {Patience.TotalMinutes:0} minutes";
        }

        await File.WriteAllTextAsync(installed, wanted, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
