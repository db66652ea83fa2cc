using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using PaymentWorkflows.Contracts.Notices;
using PaymentWorkflows.TestKit.Sandbox;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>A merchant's backend over real sockets: keeps what it gets and answers as it is told to, many at once.</summary>
public sealed class NoticeReceiver : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<ReceivedNotice> arrived = Channel.CreateUnbounded<ReceivedNotice>();
    private readonly CancellationTokenSource closing = new();
    private readonly Task serving;

    public NoticeReceiver()
    {
        var port = FreePort.Next();
        Url = new Uri($"http://127.0.0.1:{port}/notices?shop=7");
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>A valid secret of this receiver's own.</summary>
    public string Secret { get; } = $"whsec_{Convert.ToBase64String(Guid.NewGuid().ToByteArray().Concat(Guid.NewGuid().ToByteArray()).ToArray())}";

    /// <summary>What it does with a notice; without more it answers 200.</summary>
    public Func<ReceivedNotice, HttpListenerResponse, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Everything that came, in the order in which it came.</summary>
    public ConcurrentQueue<ReceivedNotice> Received { get; } = [];

    /// <summary>Answers with a status only.</summary>
    public void AnswerWith(int status) => Answer = (_, response) =>
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Never answers.</summary>
    public void Hang() => Answer = (_, _) => Task.Delay(Timeout.Infinite, closing.Token);

    /// <summary>Waits for the next one.</summary>
    public async Task<ReceivedNotice> NextAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(40));
        return await arrived.Reader.ReadAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        // More than once, when a test lets it go away before its end.
        await closing.CancelAsync();
        listener.Abort();
        await serving;
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
            {
                answering.Add(AnswerAsync(await listener.GetContextAsync()));
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var headers = context.Request.Headers.AllKeys.ToDictionary(name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
            var notice = new ReceivedNotice(context.Request.HttpMethod, context.Request.RawUrl!, headers, body.ToArray());
            Received.Enqueue(notice);
            arrived.Writer.TryWrite(notice);
            await Answer(notice, context.Response);
            notice.Status = context.Response.StatusCode;
            context.Response.Close();
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or OperationCanceledException)
        {
            // The sender went away, or the test is over.
            context.Response.Abort();
        }
    }
}

/// <summary>One delivery as it came.</summary>
public sealed record ReceivedNotice(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private readonly Lazy<JsonElement> json = new(() => JsonDocument.Parse(Body).RootElement);

    /// <summary>What it was answered; 0 while it was not.</summary>
    public int Status { get; set; }

    public JsonElement Json => json.Value;

    public string Id => Json.GetProperty("id").GetString()!;

    public string Type => Json.GetProperty("type").GetString()!;

    public int Sequence => Json.GetProperty("sequence").GetInt32();

    public string Transaction => Json.GetProperty("transaction_id").GetString()!;

    public string Checkout => Json.GetProperty("data").GetProperty("object").GetProperty("id").GetString()!;

    /// <summary>What a backend checks.</summary>
    public bool IsGenuine(string secret, DateTimeOffset now) => NoticeSignature.Verify(Body, name => Headers.GetValueOrDefault(name), [secret], now);
}
