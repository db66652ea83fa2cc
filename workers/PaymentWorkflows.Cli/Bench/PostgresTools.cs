using System.Globalization;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>PostgreSQL's own programs, run as the superuser of a server that the stack started. The password is in a file that only its owner reads.</summary>
internal sealed class PostgresTools
{
    private const string Superuser = "postgres";

    private readonly string programs;
    private readonly string passwords;
    private readonly HostPort address;

    private PostgresTools(string programs, string passwords, HostPort address) => (this.programs, this.passwords, this.address) = (programs, passwords, address);

    /// <param name="options">The stack whose server it is.</param>
    /// <param name="programs">PostgreSQL's folder of programs.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<PostgresTools> OpenAsync(StackOptions options, string programs, CancellationToken cancellationToken)
    {
        var folders = new StackFolders(options.DataFolder);
        var files = await PostgresFolders.ChooseAsync(folders, await ServerUser.ChooseAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var password = (await File.ReadAllTextAsync(files.PasswordFile, cancellationToken).ConfigureAwait(false)).Trim();
        var file = Path.Combine(folders.Data, "pgpass");
        var only = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            only.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(file, only);
        await writer.WriteLineAsync($"*:*:*:{Superuser}:{password}").ConfigureAwait(false);
        return new PostgresTools(programs, file, HostPort.Parse(options.Postgres.Address));
    }

    /// <summary>Runs one of them to its end; gives what it printed.</summary>
    /// <param name="program">Such as <c>pgbench</c>.</param>
    /// <param name="database">The database.</param>
    /// <param name="arguments">What comes before the database.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="StackException">There is none, or it failed.</exception>
    public async Task<string> RunAsync(string program, string database, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var path = Path.Combine(programs, program);
        if (!Executables.IsExecutable(path))
        {
            throw new StackException($"{programs} holds no {program}; install PostgreSQL with its programs, or set {ProgramFinder.PostgresVariable} to a folder that has it.");
        }

        var connection = string.Create(CultureInfo.InvariantCulture, $"host={address.Host} port={address.Port} user={Superuser} dbname={database} passfile='{passwords}'");
        var outcome = await Executables.RunAsync(path, [.. arguments, connection], cancellationToken).ConfigureAwait(false);
        return outcome.Succeeded ? outcome.Output : throw new StackException($"{program} failed with code {outcome.ExitCode}: {outcome.LastLine.TrimEnd('.')}.");
    }

    /// <summary>Runs SQL, each statement by itself.</summary>
    /// <exception cref="StackException">There is no psql, or a statement failed.</exception>
    public Task<string> SqlAsync(string database, string sql, CancellationToken cancellationToken) =>
        RunAsync("psql", database, ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql], cancellationToken);

    /// <summary>Deletes the database files of a stack that does not run, wherever they are.</summary>
    public static async Task DeleteAsync(StackFolders folders, CancellationToken cancellationToken)
    {
        var files = await PostgresFolders.ChooseAsync(folders, await ServerUser.ChooseAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (Directory.Exists(files.Root))
        {
            Directory.Delete(files.Root, recursive: true);
        }
    }
}
