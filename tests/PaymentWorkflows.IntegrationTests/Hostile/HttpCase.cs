using System.Text;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>A request before it is bytes. Texts are Latin-1, so that each character is one byte.</summary>
internal sealed record HttpCase(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public string Version { get; init; } = "HTTP/1.1";

    /// <summary>What was done to it, for a failure's message.</summary>
    public string Done { get; init; } = "";

    public HttpCase With(string name, string? value) => this with
    {
        Headers = [.. Headers.Where(header => !header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)), .. value is null ? Array.Empty<(string, string)>() : [(name, value)]],
    };

    /// <summary>As it goes over the wire; the connection is closed after the answer.</summary>
    public byte[] Bytes()
    {
        var head = new StringBuilder($"{Method} {Target} {Version}\r\n");
        var all = Headers.AsEnumerable();
        if (!Headers.Any(header => header.Name is "Content-Length" or "Transfer-Encoding") && (Body.Length > 0 || Method == "POST"))
        {
            all = all.Append(("Content-Length", $"{Body.Length}"));
        }

        foreach (var (name, value) in all.Append(("Connection", "close")))
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body];
    }

    public override string ToString()
    {
        var bytes = Bytes();
        var shown = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 1_500));
        return $"{Done} ({bytes.Length} bytes)\n{string.Concat(shown.Select(c => c is '\n' or (>= ' ' and <= '~') ? $"{c}" : $"\\x{(int)c:x2}"))}";
    }
}
