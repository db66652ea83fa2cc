namespace PaymentWorkflows.Cli.Stack;

/// <summary>Starts the processes of the stack, starts again what dies, and stops all in reverse order.</summary>
internal sealed class ProcessSupervisor(StackFolders folders, IProgress progress, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<SupervisedProcess> _processes = [];

    /// <summary>Raised, from any thread, when a process changes its state.</summary>
    public event Action? Changed;

    /// <summary>All processes in the order they were started.</summary>
    public IReadOnlyList<ProcessStatus> Statuses
    {
        get
        {
            lock (_lock)
            {
                return [.. _processes.Select(process => process.Status)];
            }
        }
    }

    /// <summary>Starts a process and returns when it is ready.</summary>
    /// <exception cref="StackException">It ended, or was not ready in time.</exception>
    public async Task StartAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var process = new SupervisedProcess(spec, folders, progress, time, () => Changed?.Invoke());
        lock (_lock)
        {
            _processes.Add(process);
        }

        await process.StartAsync(cancellationToken).ConfigureAwait(false);
        progress.Say($"{spec.Name} is ready after {time.GetElapsedTime(begin).TotalSeconds:0.0} s");
    }

    /// <summary>Stops all, the highest tier first. When <paramref name="now"/> is cancelled, what is left is killed.</summary>
    public async Task StopAsync(CancellationToken now)
    {
        List<SupervisedProcess> processes;
        lock (_lock)
        {
            processes = [.. _processes];
        }

        foreach (var tier in processes.GroupBy(process => process.Spec.Tier).OrderByDescending(tier => tier.Key))
        {
            await Task.WhenAll(tier.Select(process => process.StopAsync(now))).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var process in _processes)
        {
            process.Dispose();
        }
    }
}
