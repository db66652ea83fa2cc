using System.Net;
using System.Net.Sockets;

namespace PaymentWorkflows.TestKit.Sandbox;

/// <summary>Ports that nobody listens on right now.</summary>
public static class FreePort
{
    // Below the range that systems take outgoing connections' ports from: there, a port that is free now may be taken a moment later.
    private const int First = 20_000;
    private const int Last = 31_999;

    /// <summary>A free port of the loopback address.</summary>
    public static int Next() => Next(count: 1);

    /// <summary>The first of several free ports in a row.</summary>
    public static int Next(int count)
    {
        while (true)
        {
            var first = Random.Shared.Next(First, Last - count);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
