using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using PaymentWorkflows.TestKit.Sandbox;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>An endpoint that keeps what it gets and answers what it is told to.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<ReceivedWebhook> received = Channel.CreateUnbounded<ReceivedWebhook>();
    private readonly Task serving;

    public WebhookReceiver(int? port = null)
    {
        Url = new Uri($"http://127.0.0.1:{port ?? FreePort.Next()}/webhooks/stripe/main");
        listener.Prefixes.Add($"http://127.0.0.1:{Url.Port}/");
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Statuses for the next requests; 200 when there is none.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>Waits for the next one.</summary>
    public async Task<ReceivedWebhook> NextAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        return await received.Reader.ReadAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                var status = Statuses.TryDequeue(out var told) ? told : 200;
                received.Writer.TryWrite(new ReceivedWebhook(body, context.Request.Headers["Stripe-Signature"] ?? string.Empty, status));
                context.Response.StatusCode = status;
                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            received.Writer.TryComplete();
        }
    }
}

/// <summary>One delivery as it came.</summary>
public sealed record ReceivedWebhook(string Body, string Signature, int Answered)
{
    public JsonObject Event => (JsonObject)JsonNode.Parse(Body)!;

    public string Id => (string)Event["id"]!;

    public string Type => (string)Event["type"]!;
}
