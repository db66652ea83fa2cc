using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Lifetime;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stack;

public sealed class ProcessSupervisorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly StackFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_that_dies_is_started_again_and_counted()
    {
        await using var supervisor = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);
        await supervisor.StartAsync(Shell("steady", "exec sleep 300"), TestContext.Current.CancellationToken);
        var first = supervisor.Statuses[0].Pid!.Value;

        var again = Until(supervisor, status => status is { State: ProcessStatus.Running, Restarts: 1 });
        UnixSignals.Send(first, UnixSignals.Kill);
        await again.WaitAsync(Patience, TestContext.Current.CancellationToken);

        supervisor.Statuses[0].Pid.ShouldNotBe(first);
        _folder.Lines.ShouldContain(line => line.StartsWith("steady ended with code 137; starting it again in 250 ms", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_that_ends_while_starting_is_reported_with_its_last_words()
    {
        await using var supervisor = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);

        var failure = await Should.ThrowAsync<StackException>(
            () => supervisor.StartAsync(Shell("broken", "echo the key is wrong; exit 3", ready: false), TestContext.Current.CancellationToken));

        failure.Message.ShouldBe($"broken ended with code 3 while starting: the key is wrong; its log is {_folder.Folders.LogFile("broken")}.");
    }

    [Fact]
    public async Task A_stop_ends_the_highest_tier_first_and_leaves_nothing()
    {
        var ends = Path.Combine(_folder.Root, "ends");
        await using var supervisor = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);
        foreach (var tier in new[] { 0, 2, 1 })
        {
            var traps = Path.Combine(_folder.Root, $"traps-{tier}");
            var spec = Shell($"tier-{tier}", $"trap 'echo {tier} >> \"{ends}\"; exit 0' TERM; touch \"{traps}\"; while :; do sleep 0.05; done");
            await supervisor.StartAsync(spec with { Tier = tier, IsReady = _ => Task.FromResult(File.Exists(traps)) }, TestContext.Current.CancellationToken);
        }

        var pids = supervisor.Statuses.Select(status => status.Pid!.Value).ToList();
        await supervisor.StopAsync(CancellationToken.None);

        File.ReadAllLines(ends).ShouldBe(["2", "1", "0"]);
        pids.ShouldAllBe(pid => ProcessIdentity.Of(pid) == null);
        Directory.GetFiles(_folder.Folders.Pids).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_process_that_ignores_the_stop_is_killed()
    {
        await using var supervisor = new ProcessSupervisor(_folder.Folders, _folder, TimeProvider.System);
        var traps = Path.Combine(_folder.Root, "traps");
        await supervisor.StartAsync(
            Shell("stubborn", $"trap '' TERM; touch \"{traps}\"; while :; do sleep 0.05; done") with
            {
                StopTimeout = TimeSpan.FromMilliseconds(200),
                IsReady = _ => Task.FromResult(File.Exists(traps)),
            },
            TestContext.Current.CancellationToken);
        var pid = supervisor.Statuses[0].Pid!.Value;

        await supervisor.StopAsync(CancellationToken.None);

        ProcessIdentity.Of(pid).ShouldBeNull();
        _folder.Lines.ShouldContain("stubborn does not end; killing it");
    }

    [Fact]
    public async Task What_a_killed_run_left_is_ended_but_never_a_process_that_got_its_pid_later()
    {
        using var left = System.Diagnostics.Process.Start("sleep", ["300"]);
        using var foreign = System.Diagnostics.Process.Start("sleep", ["300"]);
        try
        {
            var foreignIdentity = ProcessIdentity.Of(foreign.Id)!;
            new PidFile("left", ProcessIdentity.Of(left.Id)!, UnixSignals.Terminate, Tier: 0).Write(_folder.Folders);
            new PidFile("reused", foreignIdentity with { Start = foreignIdentity.Start - 1 }, UnixSignals.Terminate, Tier: 0).Write(_folder.Folders);

            var ended = await Leftovers.EndAsync(_folder.Folders, _folder, TimeProvider.System);

            ended.ShouldBe(["left"]);
            await left.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            foreignIdentity.IsRunning().ShouldBeTrue();
            Directory.GetFiles(_folder.Folders.Pids).ShouldBeEmpty();
        }
        finally
        {
            left.Kill();
            foreign.Kill();
        }
    }

    private ProcessSpec Shell(string name, string script, bool ready = true) => new()
    {
        Name = name,
        Role = "stand-in",
        Program = "/bin/sh",
        Arguments = ["-c", script],
        LogFile = _folder.Folders.LogFile(name),
        IsReady = _ => Task.FromResult(ready),
    };

    private static Task Until(ProcessSupervisor supervisor, Func<ProcessStatus, bool> wanted)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        supervisor.Changed += () =>
        {
            if (wanted(supervisor.Statuses[0]))
            {
                reached.TrySetResult();
            }
        };
        return reached.Task;
    }
}
