using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.PaymentMethods;

/// <summary>A real file that changes while the process runs.</summary>
public sealed class PaymentMethodFileTests : IDisposable
{
    private static readonly string Renamed = MethodFiles.Full.Replace("  plain:", "  other:", StringComparison.Ordinal);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pay methods ");
    private readonly LogLines logs = new();

    private string Path => System.IO.Path.Combine(folder.FullName, MethodFiles.FileName);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        folder.Delete(recursive: true);
        logs.Dispose();
    }

    [Fact]
    public async Task A_changed_file_is_taken_up_as_a_whole()
    {
        using var methods = await StartAsync(poll: TimeSpan.FromMinutes(10));
        var before = methods.Current;
        await File.WriteAllTextAsync(Path, Renamed, Cancel);
        (await NextGoodAsync()).ShouldBe($"{Path} has changed; the payment methods are now other, full");
        methods.Current.Names.ShouldBe(["other", "full"]);

        // Whoever holds the set from before keeps it.
        before.Names.ShouldBe(["plain", "full"]);
        await methods.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_file_that_is_replaced_by_another_is_taken_up()
    {
        using var methods = await StartAsync(poll: TimeSpan.FromMinutes(10));
        await File.WriteAllTextAsync(Path + ".new", Renamed, Cancel);
        File.Move(Path + ".new", Path, overwrite: true);
        (await logs.NextAsync(Cancel)).Level.ShouldBe(LogLevel.Information);
        methods.Current.Names.ShouldBe(["other", "full"]);
        await methods.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_change_that_the_system_does_not_tell_of_is_found_by_looking()
    {
        // The file is a link out of the watched folder, as containers mount their settings: no change is told for it here.
        var elsewhere = folder.CreateSubdirectory("elsewhere");
        var real = System.IO.Path.Combine(elsewhere.FullName, "real.yaml");
        await File.WriteAllTextAsync(real, MethodFiles.Full, Cancel);
        File.CreateSymbolicLink(Path, real);
        using var methods = new PaymentMethodFile(Path, TimeProvider.System, logs, poll: TimeSpan.FromMilliseconds(50));
        await methods.StartAsync(Cancel);
        await File.WriteAllTextAsync(real, Renamed, Cancel);
        while (methods.Current.Find("other") is null)
        {
            // A look may fall into the middle of the writing, and then tells of a wrong file first.
            await logs.NextAsync(Cancel);
        }

        await methods.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_wrong_file_changes_nothing_and_is_told_with_its_line_and_the_next_right_one_is_taken_up()
    {
        using var methods = await StartAsync(poll: TimeSpan.FromMinutes(10));
        await File.WriteAllTextAsync(Path, Renamed.Replace("flow: card", "flow: cards", StringComparison.Ordinal), Cancel);

        // A look may fall into the middle of the writing: then it tells of a file that has no methods first.
        (LogLevel Level, string Line) told;
        do
        {
            told = await logs.NextAsync(Cancel);
            told.Level.ShouldBe(LogLevel.Error);
            methods.Current.Names.ShouldBe(["plain", "full"]);
        }
        while (!told.Line.Contains($"{Path}, line 4: methods.other.flow is 'cards' but must be one of card, redirect", StringComparison.Ordinal));

        await File.WriteAllTextAsync(Path, Renamed, Cancel);
        await NextGoodAsync();
        methods.Current.Names.ShouldBe(["other", "full"]);
        await methods.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_file_that_is_gone_for_a_while_changes_nothing()
    {
        using var methods = await StartAsync(poll: TimeSpan.FromMilliseconds(50));
        File.Delete(Path);
        (await logs.NextAsync(Cancel)).Level.ShouldBe(LogLevel.Warning);
        methods.Current.Names.ShouldBe(["plain", "full"]);
        await File.WriteAllTextAsync(Path, Renamed, Cancel);
        while (methods.Current.Find("other") is null)
        {
            await logs.NextAsync(Cancel);
        }

        await methods.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_process_does_not_start_with_a_wrong_file()
    {
        await File.WriteAllTextAsync(Path, "methods: {}\n", Cancel);
        Should.Throw<ConfigurationException>(() => new PaymentMethodFile(Path, TimeProvider.System, logs));
    }

    /// <summary>The next change that was taken up. A look may fall into the middle of the writing, and then tells of a wrong file first.</summary>
    private async Task<string> NextGoodAsync()
    {
        while (true)
        {
            if (await logs.NextAsync(Cancel) is (LogLevel.Information, var line))
            {
                return line;
            }
        }
    }

    private async Task<PaymentMethodFile> StartAsync(TimeSpan poll)
    {
        await File.WriteAllTextAsync(Path, MethodFiles.Full, Cancel);
        var methods = new PaymentMethodFile(Path, TimeProvider.System, logs, poll);
        await methods.StartAsync(Cancel);
        return methods;
    }

    private sealed class LogLines : ILogger<PaymentMethodFile>, IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        private readonly ConcurrentQueue<(LogLevel, string)> lines = new();
        private readonly SemaphoreSlim arrived = new(0);

        public async Task<(LogLevel Level, string Line)> NextAsync(CancellationToken cancellationToken)
        {
            (await arrived.WaitAsync(Patience, cancellationToken)).ShouldBeTrue($"nothing was told within {Patience}");
            lines.TryDequeue(out var line).ShouldBeTrue();
            return line;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue((logLevel, formatter(state, exception)));
            arrived.Release();
        }

        public void Dispose() => arrived.Dispose();

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
