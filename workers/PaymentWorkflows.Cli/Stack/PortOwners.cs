using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Checks ports before anything is started, and says who has them.</summary>
internal static class PortOwners
{
    private const int FirstFree = 28_000;
    private const int LastFree = 32_000;

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Fails when something listens at this address already.</summary>
    /// <param name="address">Where one of our processes is going to listen.</param>
    /// <param name="key">The key of the configuration that says so.</param>
    /// <param name="cancellationToken">Ends the look-up of a host name.</param>
    /// <exception cref="StackException">The port is taken.</exception>
    public static async Task RequireFreeAsync(HostPort address, string key, CancellationToken cancellationToken)
    {
        var ip = (await System.Net.Dns.GetHostAddressesAsync(address.Host, cancellationToken).ConfigureAwait(false))[0];
        try
        {
            using var listener = new TcpListener(ip, address.Port);
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            var owner = OwnerOf(address.Port) is { } pid ? $" by pid {pid}" : "";
            throw new StackException($"Port {address.Port} ({key}) is already in use{owner}; end that program or set another port.", e);
        }
        catch (SocketException e)
        {
            throw new StackException($"Cannot listen at {address} ({key}): {e.Message}.", e);
        }
    }

    /// <summary>
    /// A port of this host that is free now, below the range that systems take outgoing connections' ports from: there, a port that is free
    /// now may be taken a moment later.
    /// </summary>
    /// <param name="promised">Ports that others of the stack are going to listen on.</param>
    public static int FreePort(IReadOnlySet<int> promised)
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstFree, LastFree);
            if (promised.Contains(port))
            {
                continue;
            }

            try
            {
                using var listener = new TcpListener(System.Net.IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }

    /// <summary>The process that listens on a port; null when it cannot be told (another user's process, another system).</summary>
    public static int? OwnerOf(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var inodes = Tables.Where(File.Exists).SelectMany(table => ListenersOn(table, port)).ToHashSet(StringComparer.Ordinal);
            return inodes.Count == 0 ? null : Directory.GetDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
                .Where(pid => pid > 0 && Holds(pid, inodes))
                .Select(pid => (int?)pid)
                .FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NetworkInformationException)
        {
            return null;
        }
    }

    private static IEnumerable<string> ListenersOn(string table, int port)
    {
        const string Listening = "0A";
        var local = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines(table).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[1].EndsWith(local, StringComparison.Ordinal) && fields[3] == Listening)
            .Select(fields => $"socket:[{fields[9]}]");
    }

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
