using System.Threading.Channels;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>Wakes this process's dispatcher when an event has been kept.</summary>
public sealed class InboxWake(TimeProvider clock)
{
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => bell.Writer.TryWrite(true);

    /// <summary>Returns at the next ring, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(atMost, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await bell.Reader.ReadAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing rang: another process may have kept events, so the inbox is looked at all the same.
        }
    }
}
