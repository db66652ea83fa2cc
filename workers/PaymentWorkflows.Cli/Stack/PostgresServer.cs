using System.Globalization;
using System.Security.Cryptography;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Postgres.Bootstrap;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>The local PostgreSQL: its own data folder and port, passwords for every connection, writes that survive a power cut.</summary>
internal sealed class PostgresServer(StackOptions options, FoundProgram programs, ServerUser user, PostgresFolders postgres, StackFolders folders, IProgress progress)
{
    private const string Superuser = "postgres";

    private readonly HostPort _address = HostPort.Parse(options.Postgres.Address);

    /// <summary>Finds the user and folder for this machine.</summary>
    public static async Task<PostgresServer> PrepareAsync(
        StackOptions options, FoundProgram programs, StackFolders folders, IProgress progress, CancellationToken cancellationToken)
    {
        var user = await ServerUser.ChooseAsync(cancellationToken).ConfigureAwait(false);
        var postgres = await PostgresFolders.ChooseAsync(folders, user, cancellationToken).ConfigureAwait(false);
        return new PostgresServer(options, programs, user, postgres, folders, progress);
    }

    /// <summary>Makes the database files when there are none. A break in the middle leaves nothing that a next start would trust.</summary>
    /// <exception cref="StackException">initdb failed.</exception>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(postgres.Data))
        {
            return;
        }

        progress.Say($"postgres: making its data folder {postgres.Data}" + (user.Name is null ? "" : $" for the user {user.Name}"));
        if (Directory.Exists(postgres.NewData))
        {
            Directory.Delete(postgres.NewData, recursive: true);
        }

        Directory.CreateDirectory(postgres.Root);
        var privateFile = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(postgres.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            privateFile.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var writer = new StreamWriter(postgres.PasswordFile, privateFile))
        {
            await writer.WriteLineAsync(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))).ConfigureAwait(false);
        }

        await user.OwnAsync(postgres.Root, cancellationToken).ConfigureAwait(false);
        var initdb = user.Command(
            Path.Combine(programs.Path, "initdb"), "-D", postgres.NewData, "-U", Superuser, "--auth=scram-sha-256", $"--pwfile={postgres.PasswordFile}",
            "--encoding=UTF8", "--locale=C", "--data-checksums");
        var outcome = await Executables.RunAsync(initdb[0], initdb.Skip(1), cancellationToken).ConfigureAwait(false);
        if (!outcome.Succeeded)
        {
            throw new StackException($"PostgreSQL's initdb failed with code {outcome.ExitCode}: {outcome.LastLine.TrimEnd('.')}.");
        }

        Directory.Move(postgres.NewData, postgres.Data);
    }

    public ProcessSpec Spec()
    {
        var command = user.Command([Path.Combine(programs.Path, "postgres"), "-D", postgres.Data, .. Settings().SelectMany(setting => new[] { "-c", setting })]);
        return new ProcessSpec
        {
            Name = "postgres",
            Role = "postgres",
            Program = command[0],
            Arguments = [.. command.Skip(1)],
            LogFile = folders.LogFile("postgres"),
            BeforeStart = ClearStalePidAsync,
            IsReady = cancellationToken => DatabaseBootstrap.AnswersAsync(SuperuserConnectionString(), cancellationToken),
            Tier = StackTiers.Servers,
            // The fast shutdown: open transactions are rolled back, nothing that was committed is lost.
            StopSignal = UnixSignals.Interrupt,
            StopTimeout = TimeSpan.FromSeconds(20),
        };
    }

    /// <summary>Makes the roles and the database, with the passwords of the configuration.</summary>
    public Task BootstrapAsync(CancellationToken cancellationToken) => DatabaseBootstrap.EnsureAsync(
        SuperuserConnectionString(),
        new DatabaseRoles(options.Postgres.Database, options.Postgres.OwnerRole, options.RequireOwnerPassword(), options.Postgres.AppRole, options.Postgres.AppPassword),
        cancellationToken);

    private string SuperuserConnectionString() =>
        options.Postgres.ConnectionString(Superuser, File.ReadAllText(postgres.PasswordFile).Trim(), "postgres", maxPoolSize: 2);

    private IEnumerable<string> Settings() =>
    [
        $"listen_addresses={_address.Host}",
        string.Create(CultureInfo.InvariantCulture, $"port={_address.Port}"),
        "unix_socket_directories=",
        // fsync stays on: what was acknowledged survives a power cut on this machine too.
        "fsync=on",
        "synchronous_commit=on",
        "max_connections=200",
        "shared_buffers=128MB",
        "max_wal_size=1GB",
        "jit=off",
        "password_encryption=scram-sha-256",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_line_prefix=%m [%p] %q%u@%d ",
        "logging_collector=off",
    ];

    // After a crash the file names a pid that by now may be anybody's. PostgreSQL refuses to start beside any process of that pid, so the
    // file is removed unless a postmaster of this very folder runs, which is then ended first.
    private async Task ClearStalePidAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(postgres.PostmasterPid))
        {
            return;
        }

        var first = (await File.ReadAllLinesAsync(postgres.PostmasterPid, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ProcessIdentity.Of(pid) is { } identity && ServesThisFolder(pid))
        {
            progress.Say($"postgres: ending pid {pid}, left by a run that was killed");
            UnixSignals.Send(pid, UnixSignals.Interrupt);
            while (identity.IsRunning())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }

        File.Delete(postgres.PostmasterPid);
    }

    private bool ServesThisFolder(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: true)?.FullName == postgres.Data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
