using System.Net;
using System.Net.Sockets;
using MysticMind.PostgresEmbed;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stack;

public sealed class StackLockTests : IDisposable
{
    private readonly StackFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_stack_on_one_data_folder_is_refused_with_the_first_ones_pid()
    {
        using var first = StackLock.Take(_folder.Folders);

        Should.Throw<StackException>(() => StackLock.Take(_folder.Folders))
            .Message.ShouldBe($"The stack is already running as pid {Environment.ProcessId}: pay status shows it, pay stop ends it.");
        StackLock.HolderOf(_folder.Folders).ShouldBe(Environment.ProcessId);
    }

    [Fact]
    public void A_lock_that_was_given_back_can_be_taken_again()
    {
        StackLock.Take(_folder.Folders).Dispose();

        StackLock.HolderOf(_folder.Folders).ShouldBeNull();
        using var second = StackLock.Take(_folder.Folders);
        StackLock.HolderOf(_folder.Folders).ShouldBe(Environment.ProcessId);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_key_and_its_owner_before_anything_starts()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, HostPort.Parse(_folder.Options.Sandbox.Control).Port);
        occupant.Start();
        await using var stack = await StackHost.OpenAsync(_folder.Options, RepositoryLayout.Current, _folder, TimeProvider.System);

        var failure = await Should.ThrowAsync<StackException>(() => stack.StartAsync(TestContext.Current.CancellationToken));

        failure.Message.ShouldBe(
            $"Port {((IPEndPoint)occupant.LocalEndpoint).Port} (sandbox.control) is already in use by pid {Environment.ProcessId}; end that program or set another port.");
        Directory.GetFiles(_folder.Folders.Logs).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_setting_that_names_no_program_is_refused_and_nothing_else_is_tried()
    {
        var options = _folder.Options with { Temporal = _folder.Options.Temporal with { Program = "no/temporal" } };

        var failure = await Should.ThrowAsync<StackException>(
            () => new ProgramFinder(options, RepositoryLayout.Current, _folder).FindTemporalAsync(TestContext.Current.CancellationToken));

        failure.Message.ShouldBe($"temporal.program names {Path.Combine(_folder.Root, "no/temporal")}, which is not a temporal program that answers --version.");
    }

    [Fact]
    public async Task A_download_that_fails_is_one_sentence_that_says_what_to_set()
    {
        var nowhere = new PgServerOptions
        {
            PgVersion = "17.*",
            DbDir = _folder.Folders.Data,
            BinariesDir = _folder.Folders.Data,
            MavenRepo = $"http://{_folder.Options.Sandbox.Stripe}",
            DownloadRetryCount = 0,
        };

        var failure = await Should.ThrowAsync<StackException>(
            () => ProgramDownloads.PostgresAsync("set postgres.programs", nowhere, _folder, TestContext.Current.CancellationToken));

        failure.Message.ShouldStartWith("PostgreSQL is not installed and cannot be downloaded (");
        failure.Message.ShouldEndWith("); install it (Debian: apt-get install postgresql), or set postgres.programs.");
        failure.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_clone_of_a_local_folder_knows_where_it_came_from()
    {
        var clone = Directory.CreateDirectory(Path.Combine(_folder.Root, "clone", ".git")).Parent!.FullName;
        var origin = Directory.CreateDirectory(Path.Combine(_folder.Root, "origin", ".git")).Parent!.FullName;
        var config = Path.Combine(clone, ".git", "config");

        File.WriteAllText(config, $"[core]\n\turl = /nowhere\n[remote \"origin\"]\n\turl = {origin}/.git\n");
        GitOrigin.LocalFolder(clone).ShouldBe(origin);
        File.WriteAllText(config, "[remote \"origin\"]\n\turl = https://example.org/x.git\n");
        GitOrigin.LocalFolder(clone).ShouldBeNull();
    }
}
