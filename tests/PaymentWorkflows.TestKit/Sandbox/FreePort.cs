using System.Net;
using System.Net.Sockets;

namespace PaymentWorkflows.TestKit.Sandbox;

/// <summary>Ports that nobody listens on right now.</summary>
public static class FreePort
{
    /// <summary>Asks the operating system for a free port of the loopback address.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
