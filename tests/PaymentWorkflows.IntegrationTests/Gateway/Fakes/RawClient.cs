using System.Net.Sockets;
using System.Text;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>Sends bytes that no decent HTTP client would.</summary>
internal sealed class RawClient(Uri address) : IDisposable
{
    private readonly TcpClient tcp = new(address.Host, address.Port);

    /// <summary>Posts and returns all that comes back until the server closes.</summary>
    internal Task<string> PostAsync(string path, string headers, string body) =>
        SendAsync($"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    internal async Task<string> SendAsync(string text)
    {
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => tcp.Dispose();
}
