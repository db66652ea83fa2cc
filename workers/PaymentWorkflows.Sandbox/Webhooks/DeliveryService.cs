using System.Threading.Channels;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Webhooks;

/// <summary>
/// Sends events to the webhook endpoint. Events of one payment go out in the order of their creation, the next one only after
/// the one before was accepted; different payments go side by side. What is not accepted is tried again with growing pauses
/// for three days. The queue is in the journal, so a restart goes on where a kill stopped.
/// </summary>
internal sealed class DeliveryService(SandboxState state, SandboxOptions options, WebhookSender sender, ILogger<DeliveryService> logger) : BackgroundService
{
    private const int Workers = 16;
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Channel<string> ready = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, LinkedList<string>> streams = new(StringComparer.Ordinal);
    private CancellationTokenSource kick = new();

    /// <summary>Puts new deliveries in line.</summary>
    public void Enqueue(IReadOnlyList<Delivery> deliveries)
    {
        foreach (var delivery in deliveries.Where(delivery => delivery.Status == DeliveryStatus.Pending))
        {
            lock (streams)
            {
                if (streams.TryGetValue(delivery.Stream, out var waiting))
                {
                    waiting.AddLast(delivery.Event);
                    continue;
                }

                streams[delivery.Stream] = new LinkedList<string>([delivery.Event]);
            }

            ready.Writer.TryWrite(delivery.Stream);
        }
    }

    /// <summary>Ends all pauses, because the clock was moved.</summary>
    public void Kick()
    {
        var ended = Interlocked.Exchange(ref kick, new CancellationTokenSource());
        ended.Cancel();
    }

    /// <summary>Forgets what is in line.</summary>
    public void Clear()
    {
        lock (streams)
        {
            foreach (var stream in streams.Values)
            {
                stream.Clear();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.WebhookUrls.Count == 0)
        {
            return;
        }

        lock (state.Gate)
        {
            Enqueue([.. state.Deliveries.Values.Where(delivery => delivery.Status == DeliveryStatus.Pending).OrderBy(delivery => delivery.Order)]);
        }

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var stream in ready.Reader.ReadAllAsync(stopping))
            {
                await StepAsync(stream, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Shutting down; the journal knows what is left.
        }
    }

    /// <summary>Makes one attempt for the first event of a stream and puts the stream back in line.</summary>
    private async Task StepAsync(string stream, CancellationToken stopping)
    {
        string? first;
        lock (streams)
        {
            first = streams[stream].First?.Value;
            if (first is null)
            {
                streams.Remove(stream);
                return;
            }
        }

        var (delivery, body) = Load(first);
        if (delivery is null || body is null)
        {
            Finish(stream, first);
            return;
        }

        var wait = delivery.NotBefore - state.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (wait > 0)
        {
            _ = ResumeLaterAsync(stream, TimeSpan.FromMilliseconds(wait), stopping);
            return;
        }

        var accepted = await sender.SendAsync(body, stopping);
        if (Record(delivery, accepted))
        {
            Finish(stream, first);
        }
        else
        {
            ready.Writer.TryWrite(stream);
        }
    }

    private (Delivery? Delivery, byte[]? Body) Load(string id)
    {
        lock (state.Gate)
        {
            return state.Deliveries.TryGetValue(id, out var delivery) && delivery.Status == DeliveryStatus.Pending
                ? (delivery, state.Objects.Find(id)?.Json)
                : (null, null);
        }
    }

    /// <summary>Notes the attempt; true when the event needs no further one.</summary>
    private bool Record(Delivery delivery, bool accepted)
    {
        lock (state.Gate)
        {
            if (!state.Deliveries.ContainsKey(delivery.Event))
            {
                return true;
            }

            var now = state.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            var next = Next(delivery with { Attempts = delivery.Attempts + 1 }, accepted, now);
            state.Put(next);
            if (next.Status == DeliveryStatus.Delivered && state.Objects.Find(next.Event)?.Read() is { } value)
            {
                value["pending_webhooks"] = 0;
                state.Put(value);
            }

            state.Commit();
            if (next.Status == DeliveryStatus.GivenUp)
            {
                SandboxLog.DeliveryGivenUp(logger, next.Event, next.Attempts);
            }

            return next.Status != DeliveryStatus.Pending;
        }
    }

    private static Delivery Next(Delivery delivery, bool accepted, long now)
    {
        if (accepted)
        {
            return delivery.Copies > 1
                ? delivery with { Copies = delivery.Copies - 1 }
                : delivery with { Status = DeliveryStatus.Delivered, Copies = 0 };
        }

        if (now - delivery.CreatedAt >= (long)GiveUpAfter.TotalMilliseconds)
        {
            return delivery with { Status = DeliveryStatus.GivenUp };
        }

        var doublings = Math.Min(delivery.Attempts - 1, 10);
        var pause = Math.Min(FirstPause.TotalMilliseconds * (1 << doublings), LongestPause.TotalMilliseconds);
        return delivery with { NotBefore = now + (long)pause };
    }

    private async Task ResumeLaterAsync(string stream, TimeSpan pause, CancellationToken stopping)
    {
        var kicked = Volatile.Read(ref kick).Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, kicked);
        try
        {
            await Task.Delay(pause, state.Clock.Machine, either.Token);
        }
        catch (OperationCanceledException)
        {
            // Kicked: look at the clock again. Stopping: the write below has no reader left.
        }

        ready.Writer.TryWrite(stream);
    }

    private void Finish(string stream, string eventId)
    {
        lock (streams)
        {
            if (!streams.TryGetValue(stream, out var waiting))
            {
                return;
            }

            waiting.Remove(eventId);
            if (waiting.Count == 0)
            {
                streams.Remove(stream);
                return;
            }
        }

        ready.Writer.TryWrite(stream);
    }
}
