using Npgsql;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Postgres.Bootstrap;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stack;

[Trait("Category", "Slow")]
public sealed class ServersTests : IDisposable
{
    private readonly StackFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostgreSQL_keeps_its_data_over_a_crash_and_a_stale_pid_file()
    {
        await using (var first = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System))
        {
            await StartPostgresAsync(first);
            await ExecuteAsync(_folder.Options.OwnerConnectionString(), "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
            UnixSignals.Send(first.Statuses[0].Pid!.Value, UnixSignals.Kill);
            await first.StopAsync(CancellationToken.None);
        }

        // As after a crash whose pid now belongs to somebody else: here to this test.
        var pidFile = Path.Combine(_folder.Folders.Data, "postgres", "data", "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, $"{Environment.ProcessId}\n/elsewhere\n", Cancelled);

        await using var second = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);
        await StartPostgresAsync(second);
        (await ScalarAsync(_folder.Options.OwnerConnectionString(), "SELECT id FROM kept")).ShouldBe(7);
    }

    [Fact]
    public async Task The_application_role_logs_in_with_its_password_but_cannot_make_tables()
    {
        await using var supervisor = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);
        await StartPostgresAsync(supervisor);

        (await DatabaseBootstrap.AnswersAsync(_folder.Options.AppConnectionString(), Cancelled)).ShouldBeTrue();
        var wrong = _folder.Options with { Postgres = _folder.Options.Postgres with { AppPassword = "wrong" } };
        (await DatabaseBootstrap.AnswersAsync(wrong.AppConnectionString(), Cancelled)).ShouldBeFalse();
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(_folder.Options.AppConnectionString(), "CREATE TABLE nope (id int)")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await ScalarAsync(_folder.Options.AppConnectionString(), "SELECT current_setting('fsync')")).ShouldBe("on");
        (await ScalarAsync(_folder.Options.AppConnectionString(), "SELECT current_setting('data_checksums')")).ShouldBe("on");
    }

    [Fact]
    public async Task Temporal_keeps_its_workflows_over_a_restart_and_learns_new_search_attributes()
    {
        await using (var first = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System))
        {
            await StartTemporalAsync(first);
            var client = await ConnectAsync();
            await client.StartWorkflowAsync("Waiting", [], new WorkflowOptions("kept/1", "nobody"));
            await first.StopAsync(CancellationToken.None);
        }

        var more = new Dictionary<string, string>(_folder.Options.Temporal.SearchAttributes) { ["AmountMinor"] = "Int" };
        var options = _folder.Options.Temporal with { SearchAttributes = more };
        await using var second = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);
        await StartTemporalAsync(second);
        await TemporalServer.RegisterSearchAttributesAsync(options, Cancelled);
        await TemporalServer.RegisterSearchAttributesAsync(options, Cancelled);

        var after = await ConnectAsync();
        (await after.GetWorkflowHandle("kept/1").DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Running);
        var registered = await after.OperatorService.ListSearchAttributesAsync(new() { Namespace = "default" });
        registered.CustomAttributes["AmountMinor"].ShouldBe(IndexedValueType.Int);
        registered.CustomAttributes["TransactionId"].ShouldBe(IndexedValueType.Keyword);
    }

    private Task<TemporalClient> ConnectAsync() => TemporalClient.ConnectAsync(new TemporalClientConnectOptions(_folder.Options.Temporal.Address));

    private async Task StartTemporalAsync(ProcessSupervisor supervisor)
    {
        var program = await new ProgramFinder(_folder.Options, RepositoryLayout.Current, _folder).FindTemporalAsync(Cancelled);
        await supervisor.StartAsync(new TemporalServer(_folder.Options, program, _folder.Folders).Spec(), Cancelled);
    }

    private async Task StartPostgresAsync(ProcessSupervisor supervisor)
    {
        var programs = await new ProgramFinder(_folder.Options, RepositoryLayout.Current, _folder).FindPostgresAsync(Cancelled);
        var server = await PostgresServer.PrepareAsync(_folder.Options, programs, _folder.Folders, _folder, Cancelled);
        await server.InitializeAsync(Cancelled);
        await supervisor.StartAsync(server.Spec(), Cancelled);
        await server.BootstrapAsync(Cancelled);
    }

    private static async Task ExecuteAsync(string connectionString, string sql) => await ScalarAsync(connectionString, sql);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
