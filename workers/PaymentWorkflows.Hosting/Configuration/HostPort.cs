using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>An address as <c>host:port</c>; IPv6 hosts stand in brackets (<c>[::1]:5432</c>).</summary>
/// <param name="Host">Name or IP address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Reads an address that was validated before.</summary>
    /// <exception cref="FormatException">The text is not host:port.</exception>
    public static HostPort Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an address of the form host:port.");

    public static bool TryParse([NotNullWhen(true)] string? text, out HostPort address)
    {
        address = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
        {
            return false;
        }

        var host = text![..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            return false;
        }

        address = new HostPort(host, port);
        return true;
    }

    /// <summary>The address that lies <paramref name="count"/> ports further: where the second, third, ... process of a kind listens.</summary>
    public HostPort Next(int count) => this with { Port = Port + count };

    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
    }
}
