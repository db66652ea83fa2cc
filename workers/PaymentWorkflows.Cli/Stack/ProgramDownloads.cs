using MysticMind.PostgresEmbed;
using Temporalio.Testing;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>The official downloads, for a machine that has neither server.</summary>
internal static class ProgramDownloads
{
    private const string PostgresVersion = "17.*";

    public static string TemporalFolder => Path.Combine(CacheFolder.Path, "temporal");

    // PostgreSQL does not run as root, and the user it runs as instead cannot see into root's home.
    private static string PostgresFolder =>
        Path.Combine(Environment.IsPrivilegedProcess ? "/var/tmp/paymentworkflows-cache" : CacheFolder.Path, "postgres");

    /// <summary>The <c>bin</c> folders of PostgreSQL downloads made before.</summary>
    public static IEnumerable<string> InstalledPostgres() =>
        Directory.Exists(PostgresFolder)
            ? Directory.EnumerateFiles(PostgresFolder, "initdb", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).OrderDescending(StringComparer.Ordinal)
            : [];

    /// <summary>Lets the Temporal SDK download the dev server it would use itself, and keeps it in the cache.</summary>
    /// <exception cref="StackException">The download failed.</exception>
    public static async Task<string> TemporalAsync(string help, IProgress progress, CancellationToken cancellationToken)
    {
        progress.Say("temporal: none found; downloading it (temporal.download, some 50 MB)");
        try
        {
            Directory.CreateDirectory(TemporalFolder);
            var server = await WorkflowEnvironment.StartLocalAsync(new WorkflowEnvironmentStartLocalOptions { DownloadDirectory = TemporalFolder })
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
            var downloaded = new DirectoryInfo(TemporalFolder).GetFiles("temporal*").Where(file => Executables.IsExecutable(file.FullName)).MaxBy(file => file.LastWriteTimeUtc)
                ?? throw new InvalidOperationException($"no program in {TemporalFolder}");
            var path = Path.Combine(TemporalFolder, "temporal");
            downloaded.MoveTo(path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StackException($"Temporal is not installed and cannot be downloaded ({FirstLine(e)}); install the Temporal CLI and put it on PATH, or {help}.", e);
        }
    }

    /// <summary>Downloads PostgreSQL's binaries from Maven Central.</summary>
    /// <exception cref="StackException">The download failed.</exception>
    public static Task<string> PostgresAsync(string help, IProgress progress, CancellationToken cancellationToken) =>
        PostgresAsync(help, new PgServerOptions { PgVersion = PostgresVersion, DbDir = PostgresFolder, BinariesDir = PostgresFolder, InstanceName = "install" }, progress, cancellationToken);

    /// <summary>As the other, from and to where <paramref name="options"/> say.</summary>
    internal static async Task<string> PostgresAsync(string help, PgServerOptions options, IProgress progress, CancellationToken cancellationToken)
    {
        progress.Say("postgres: none found; downloading it (repo1.maven.org, some 15 MB)");
        try
        {
            await using var server = new PgServer(options);
            await server.InstallAsync(cancellationToken).ConfigureAwait(false);
            return server.PgBinDir;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StackException($"PostgreSQL is not installed and cannot be downloaded ({FirstLine(e)}); install it (Debian: apt-get install postgresql), or {help}.", e);
        }
    }

    private static string FirstLine(Exception e) => e.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.');
}
