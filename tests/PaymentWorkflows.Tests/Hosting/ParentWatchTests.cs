using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Hosting.Lifetime;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

public sealed class ParentWatchTests
{
    [Fact]
    public async Task A_process_stops_when_its_parent_is_gone()
    {
        using var parent = Process.Start("sleep", ["300"]);
        using var lifetime = new RecordedLifetime();
        var time = new FakeTimeProvider();
        using var watch = new ParentWatch(lifetime, time, NullLogger<ParentWatch>.Instance, new ParentWatch.Parent(parent.Id));
        await watch.StartAsync(TestContext.Current.CancellationToken);
        lifetime.StopRequested.IsCompleted.ShouldBeFalse();

        parent.Kill();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (!lifetime.StopRequested.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Without_a_parent_to_watch_nothing_stops()
    {
        using var lifetime = new RecordedLifetime();
        using var watch = new ParentWatch(lifetime, new FakeTimeProvider(), NullLogger<ParentWatch>.Instance, new ParentWatch.Parent(null));

        await watch.StartAsync(TestContext.Current.CancellationToken);
        await watch.ExecuteTask!;

        lifetime.StopRequested.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void A_reused_pid_is_another_process()
    {
        var self = ProcessIdentity.Of(Environment.ProcessId)!;

        self.IsRunning().ShouldBeTrue();
        (self with { Start = self.Start - 1 }).IsRunning().ShouldBeFalse();
    }

    private sealed class RecordedLifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly TaskCompletionSource _stop = new();
        private readonly CancellationTokenSource _never = new();

        public Task StopRequested => _stop.Task;

        public CancellationToken ApplicationStarted => _never.Token;

        public CancellationToken ApplicationStopping => _never.Token;

        public CancellationToken ApplicationStopped => _never.Token;

        public void StopApplication() => _stop.TrySetResult();

        public void Dispose() => _never.Dispose();
    }
}
