using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>
/// Finds the servers the stack starts: the product's own setting, PATH, the usual places, the product's cache, the tools beside the
/// repository, then an official download. The first that answers <c>--version</c> is taken.
/// </summary>
public sealed class ProgramFinder(StackOptions options, RepositoryLayout layout, IProgress progress)
{
    public const string TemporalVariable = "PAY_TEMPORAL";
    public const string PostgresVariable = "PAY_POSTGRES_BIN";

    private const string TemporalHelp = $"set temporal.program in the configuration or {TemporalVariable} to its path";
    private const string PostgresHelp = $"set postgres.programs in the configuration or {PostgresVariable} to the folder that holds initdb and postgres";

    private static readonly string[] VersionedFolders = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/postgresql"];

    private sealed record Candidate(string Path, string Origin);

    /// <summary>The <c>temporal</c> program.</summary>
    /// <exception cref="StackException">A setting names something else, or there is none and the download failed.</exception>
    public async Task<FoundProgram> FindTemporalAsync(CancellationToken cancellationToken)
    {
        if (Setting(options.Temporal.Program, "temporal.program", TemporalVariable) is { } set)
        {
            return await VerifyAsync(set, set.Path, cancellationToken).ConfigureAwait(false)
                ?? throw new StackException($"{set.Origin} names {set.Path}, which is not a temporal program that answers --version.");
        }

        var candidates = new[] { Executables.OnPath("temporal") is { } path ? new Candidate(path, "PATH") : null }
            .Concat(TemporalFolders().Select(place => new Candidate(Path.Combine(place.Path, "temporal"), place.Origin)));
        foreach (var candidate in candidates.OfType<Candidate>())
        {
            if (await VerifyAsync(candidate, candidate.Path, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return Take("temporal", found);
            }
        }

        var downloaded = await ProgramDownloads.TemporalAsync(TemporalHelp, progress, cancellationToken).ConfigureAwait(false);
        return Take("temporal", await VerifyAsync(new Candidate(downloaded, "download"), downloaded, cancellationToken).ConfigureAwait(false)
            ?? throw new StackException($"The downloaded {downloaded} does not answer --version; {TemporalHelp}."));
    }

    /// <summary>The folder that holds <c>initdb</c> and <c>postgres</c>.</summary>
    /// <exception cref="StackException">A setting names something else, or there is none and the download failed.</exception>
    public async Task<FoundProgram> FindPostgresAsync(CancellationToken cancellationToken)
    {
        if (Setting(options.Postgres.Programs, "postgres.programs", PostgresVariable) is { } set)
        {
            return await VerifyPostgresAsync(set, cancellationToken).ConfigureAwait(false)
                ?? throw new StackException($"{set.Origin} names {set.Path}, which does not hold an initdb and a postgres that answer --version.");
        }

        foreach (var candidate in PostgresFolders())
        {
            if (await VerifyPostgresAsync(candidate, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return Take("postgres", found);
            }
        }

        var downloaded = await ProgramDownloads.PostgresAsync(PostgresHelp, progress, cancellationToken).ConfigureAwait(false);
        return Take("postgres", await VerifyPostgresAsync(new Candidate(downloaded, "download"), cancellationToken).ConfigureAwait(false)
            ?? throw new StackException($"The downloaded PostgreSQL in {downloaded} does not answer --version; {PostgresHelp}."));
    }

    private FoundProgram Take(string name, FoundProgram found)
    {
        progress.Say($"{name}: {found.Version}, {found.Path} ({found.Origin})");
        return found;
    }

    private Candidate? Setting(string? configured, string key, string variable)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return new Candidate(Path.GetFullPath(configured, Path.GetDirectoryName(options.ConfigFile)!), key);
        }

        var fromEnvironment = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(fromEnvironment) ? null : new Candidate(Path.GetFullPath(fromEnvironment), variable);
    }

    private IEnumerable<Candidate> TemporalFolders()
    {
        foreach (var usual in new[] { "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", InHome(".temporalio/bin"), InHome(".local/bin") }.OfType<string>())
        {
            yield return new Candidate(usual, "usual place");
        }

        yield return new Candidate(ProgramDownloads.TemporalFolder, "cache");
        foreach (var tools in ToolsBesideRepository())
        {
            yield return new Candidate(tools, "tools beside the repository");
        }
    }

    private IEnumerable<Candidate> PostgresFolders()
    {
        // A lone initdb on PATH is often a link; its real folder holds the server too.
        if (Executables.OnPath("initdb") is { } initdb)
        {
            yield return new Candidate(Path.GetDirectoryName(File.ResolveLinkTarget(initdb, returnFinalTarget: true)?.FullName ?? initdb)!, "PATH");
        }

        foreach (var parent in VersionedFolders.Where(Directory.Exists))
        {
            foreach (var version in Directory.GetDirectories(parent).OrderByDescending(VersionOf))
            {
                yield return new Candidate(Path.Combine(version, "bin"), "usual place");
            }
        }

        foreach (var usual in new[] { "/usr/pgsql/bin", "/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/opt/homebrew/opt/postgresql/bin" })
        {
            yield return new Candidate(usual, "usual place");
        }

        foreach (var cached in ProgramDownloads.InstalledPostgres())
        {
            yield return new Candidate(cached, "cache");
        }

        foreach (var tools in ToolsBesideRepository())
        {
            yield return new Candidate(tools, "tools beside the repository");
        }
    }

    private static double VersionOf(string folder) =>
        double.TryParse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : 0;

    // A clone of a local folder has its tools beside the folder it was cloned from.
    private IEnumerable<string> ToolsBesideRepository()
    {
        if (layout.Root is not { } root)
        {
            yield break;
        }

        yield return Path.GetFullPath(Path.Combine(root, "..", "shared", "tools", "bin"));
        if (GitOrigin.LocalFolder(root) is { } origin)
        {
            yield return Path.GetFullPath(Path.Combine(origin, "..", "shared", "tools", "bin"));
        }
    }

    private static string? InHome(string folder) =>
        Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, folder) : null;

    private static async Task<FoundProgram?> VerifyPostgresAsync(Candidate candidate, CancellationToken cancellationToken) =>
        Executables.IsExecutable(Path.Combine(candidate.Path, "initdb"))
            ? await VerifyAsync(candidate, Path.Combine(candidate.Path, "postgres"), cancellationToken).ConfigureAwait(false)
            : null;

    private static async Task<FoundProgram?> VerifyAsync(Candidate candidate, string program, CancellationToken cancellationToken)
    {
        if (!Executables.IsExecutable(program))
        {
            return null;
        }

        var outcome = await Executables.RunAsync(program, ["--version"], cancellationToken).ConfigureAwait(false);
        return outcome.Succeeded && outcome.Output.Length > 0 ? new FoundProgram(candidate.Path, outcome.Output.Trim().Split('\n')[0], candidate.Origin) : null;
    }
}
