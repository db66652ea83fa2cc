using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>One request as bytes on a connection of its own, and whatever comes back.</summary>
internal static class RawExchange
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Sends the bytes and reads until the server closes; an answer that comes before everything was sent is read all the same.</summary>
    /// <returns>Null when the server closed without a word.</returns>
    public static async Task<RawAnswer?> SendAsync(Uri server, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port, deadline.Token);
        var stream = tcp.GetStream();
        var sending = SendAsync(stream, request, deadline.Token);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, deadline.Token);
        }
        catch (IOException) when (received.Length > 0 || sending.IsCompleted)
        {
            // Closed while we were still sending: what came before counts.
        }

        await sending;
        return received.Length == 0 ? null : RawAnswer.Read(received.ToArray());
    }

    private static async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(request, cancellationToken);
        }
        catch (IOException)
        {
            // The server has heard enough.
        }
    }
}

/// <summary>An answer over HTTP/1.1.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Reads an answer that its connection's end, its length or chunks end.</summary>
    /// <exception cref="FormatException">It is no HTTP.</exception>
    public static RawAnswer Read(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);

        // 100 Continue, perhaps.
        while (text.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
        {
            text = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        }

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
        {
            throw new FormatException($"No answer over HTTP: {text[..Math.Min(text.Length, 100)]}");
        }

        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(pair => pair[^1])), StringComparer.OrdinalIgnoreCase);
        var body = text[(end + 4)..];
        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            body = Unchunked(body);
        }
        else if (headers.TryGetValue("Content-Length", out var length))
        {
            // What comes after it answers what the server took for a second request.
            body = body[..Math.Min(body.Length, int.Parse(length, CultureInfo.InvariantCulture))];
        }

        return new RawAnswer(int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), headers, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)));
    }

    private static string Unchunked(string chunks)
    {
        var body = new StringBuilder();
        for (var at = 0; at < chunks.Length;)
        {
            var line = chunks.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = int.Parse(chunks.AsSpan(at, line - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                break;
            }

            body.Append(chunks, line + 2, size);
            at = line + 2 + size + 2;
        }

        return body.ToString();
    }
}
