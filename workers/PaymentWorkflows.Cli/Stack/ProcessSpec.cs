namespace PaymentWorkflows.Cli.Stack;

/// <summary>How one process of the stack is started, checked and stopped.</summary>
public sealed record ProcessSpec
{
    /// <summary>Unique name, such as <c>worker-payments-1</c>: names its log and its pid file.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, such as <c>payments</c> or <c>gateway</c>.</summary>
    public required string Role { get; init; }

    public required string Program { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables set, or with null removed, beside the inherited ones.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public required string LogFile { get; init; }

    /// <summary>Whether it can do its work; asked again until it says yes.</summary>
    public required Func<CancellationToken, Task<bool>> IsReady { get; init; }

    /// <summary>Runs before each start, also before a restart: clears what a crash left.</summary>
    public Func<CancellationToken, Task>? BeforeStart { get; init; }

    /// <summary>Higher tiers are stopped first; the processes of a tier are stopped together.</summary>
    public int Tier { get; init; }

    /// <summary>The signal that asks for an orderly end.</summary>
    public int StopSignal { get; init; } = UnixSignals.Terminate;

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>The longest wait before it is started again after it died; the waits double up to it.</summary>
    public TimeSpan LongestRestartPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Long enough for a dozen processes that start at once on a machine that is busy with other work; one that ends is reported at once.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromMinutes(3);
}
