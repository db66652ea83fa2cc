using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>
/// A server that answers each request with whatever bytes it is told to, or breaks the connection: what no well-behaved server does.
/// One request for each connection.
/// </summary>
internal sealed class Responder : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<ReceivedRequest, Task<Reply>> answer;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentBag<Task> open = [];
    private readonly Task serving;

    public Responder(Reply always)
        : this(_ => Task.FromResult(always))
    {
    }

    public Responder(Func<ReceivedRequest, Task<Reply>> answer)
    {
        this.answer = answer;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>What was received so far, in order.</summary>
    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await serving;
        listener.Stop();
        await Task.WhenAll(open);
        stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                open.Add(HandleAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task HandleAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReceivedRequest.ReadAsync(stream, stopping.Token);
                Requests.Enqueue(request);
                var reply = await answer(request);
                if (reply.Ending == Ending.NeverAnswer)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
                }

                await stream.WriteAsync(reply.Bytes, stopping.Token);
                if (reply.Ending == Ending.Reset)
                {
                    client.LingerState = new LingerOption(true, 0);
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException)
            {
                // The caller or the test has left.
            }
        }
    }
}

/// <summary>How a reply ends.</summary>
internal enum Ending
{
    /// <summary>The connection is closed in order.</summary>
    Close,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Nothing is sent and the connection stays open.</summary>
    NeverAnswer,
}

/// <summary>What is sent back.</summary>
internal sealed record Reply(byte[] Bytes, Ending Ending = Ending.Close)
{
    public static Reply Nothing(Ending ending) => new([], ending);

    public static Reply Of(int status, string body, params (string Name, string Value)[] headers) => new(Encode(status, body, Encoding.UTF8.GetByteCount(body), headers));

    /// <summary>Promises a longer body than it sends.</summary>
    public static Reply Truncated(int status, string body) => new(Encode(status, body, Encoding.UTF8.GetByteCount(body) + 100, []));

    /// <summary>An error as Stripe words it.</summary>
    public static Reply Error(int status, string? code, string type = "invalid_request_error", string? more = null, params (string Name, string Value)[] headers) =>
        Of(status, "{\"error\":{\"type\":\"" + type + "\"" + (code is null ? "" : ",\"code\":\"" + code + "\"") + more + ",\"message\":\"Told by the test.\"}}", headers);

    private static byte[] Encode(int status, string body, int length, (string Name, string Value)[] headers)
    {
        var text = new StringBuilder($"HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nConnection: close\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }
}

/// <summary>A request as it came over the wire.</summary>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static async Task<ReceivedRequest> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var first = (await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("closed")).Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        // Forms are ASCII, so that characters are bytes.
        var body = new char[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        if (body.Length > 0)
        {
            await reader.ReadBlockAsync(body, cancellationToken);
        }

        return new ReceivedRequest(first[0], first[1], headers, new string(body));
    }
}
