using System.Collections.Concurrent;
using System.Net;
using PaymentWorkflows.TestKit.Sandbox;

namespace PaymentWorkflows.IntegrationTests.Telemetry;

/// <summary>An OTLP receiver over HTTP: keeps the spans that processes really send, and counts what else comes.</summary>
public sealed class SpanReceiver : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<ReceivedSpan> received = [];
    private readonly Task serving;
    private readonly ConcurrentQueue<byte[]> exports = [];
    private int metrics;

    public SpanReceiver()
    {
        var port = FreePort.Next();
        Url = new Uri($"http://127.0.0.1:{port}");
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>How many exports of metrics came.</summary>
    public int Metrics => Volatile.Read(ref metrics);

    /// <summary>Every export as it came, of spans and of metrics.</summary>
    public IReadOnlyList<byte[]> Exports => [.. exports];

    /// <summary>Every span that came, in the order in which they came.</summary>
    public IReadOnlyList<ReceivedSpan> All => [.. received];

    /// <summary>The spans of one trace.</summary>
    public IReadOnlyList<ReceivedSpan> Of(string trace) => [.. received.Where(span => span.Trace == trace).DistinctBy(span => (span.Id, span.Name))];

    /// <summary>The spans of a trace, once they are as wanted.</summary>
    public Task<IReadOnlyList<ReceivedSpan>> UntilAsync(string trace, Func<IReadOnlyList<ReceivedSpan>, bool> wanted) =>
        EndToEnd.RunningStack.EventuallyAsync(() => Task.FromResult(Of(trace)), wanted);

    public async ValueTask DisposeAsync()
    {
        listener.Abort();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                await TakeAsync(await listener.GetContextAsync());
            }
            catch (Exception broken) when (listener.IsListening && broken is (IOException or HttpListenerException))
            {
                // A process died while it sent.
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task TakeAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        exports.Enqueue(body.ToArray());
        if (context.Request.Url!.AbsolutePath == "/v1/traces")
        {
            foreach (var span in ReceivedSpan.Read(body.ToArray()).ToArray())
            {
                received.Enqueue(span);
            }
        }
        else
        {
            Interlocked.Increment(ref metrics);
        }

        context.Response.ContentType = "application/x-protobuf";
        context.Response.Close();
    }
}
