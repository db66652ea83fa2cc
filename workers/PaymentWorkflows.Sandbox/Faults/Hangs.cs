namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>Waits on purpose, in the machine's time. Shutting down ends every wait.</summary>
internal sealed class Hangs(TimeProvider machine) : IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    public async Task WaitAsync(TimeSpan duration, CancellationToken caller)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, caller);
        try
        {
            await Task.Delay(duration, machine, either.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller left or the process stops: either way the wait is over.
        }
    }

    public void Stop() => stopping.Cancel();

    public void Dispose() => stopping.Dispose();
}
