using System.Net;
using System.Net.Sockets;

namespace PaymentWorkflows.TestKit.Sandbox;

/// <summary>
/// Ports that nobody listens on, each given away once: the UDP port of the same number is held until this process ends, as a mark that every
/// other test run on the machine sees, so that nobody takes a port between its choice and its use.
/// </summary>
public static class FreePort
{
    // Below the range that systems take outgoing connections' ports from, and below the one that `pay` takes its workers' ports from.
    private const int First = 20_000;
    private const int Last = 27_999;

    private static readonly Lock Gate = new();
    private static readonly List<Socket> Marks = [];

    /// <summary>A free port of the loopback address.</summary>
    public static int Next() => Next(count: 1);

    /// <summary>The first of several free ports in a row.</summary>
    public static int Next(int count)
    {
        while (true)
        {
            var first = Random.Shared.Next(First, Last - count);
            if (TryTake(first, count))
            {
                return first;
            }
        }
    }

    private static bool TryTake(int first, int count)
    {
        var marks = new List<Socket>();
        foreach (var port in Enumerable.Range(first, count))
        {
            if (Mark(port) is { } mark)
            {
                marks.Add(mark);
                continue;
            }

            marks.ForEach(one => one.Dispose());
            return false;
        }

        lock (Gate)
        {
            Marks.AddRange(marks);
        }

        return true;
    }

    private static Socket? Mark(int port)
    {
        var mark = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
        try
        {
            mark.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return mark;
        }
        catch (SocketException)
        {
            mark.Dispose();
            return null;
        }
    }
}
