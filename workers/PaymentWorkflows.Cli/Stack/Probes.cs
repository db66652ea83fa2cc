using System.Net.Sockets;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>Asks the parts of the stack whether they can do their work. No answer is an answer: no.</summary>
internal static class Probes
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Whether a GET answers with 2xx.</summary>
    public static async Task<bool> HttpAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(address), cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Whether the Temporal server answers for the namespace.</summary>
    public static async Task<bool> TemporalAsync(TemporalOptions options, CancellationToken cancellationToken)
    {
        if (!await ListensAsync(HostPort.Parse(options.Address), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            var client = await ConnectAsync(options, cancellationToken).ConfigureAwait(false);
            await client.WorkflowService.DescribeNamespaceAsync(
                new() { Namespace = options.Namespace },
                new() { CancellationToken = cancellationToken, Timeout = TimeSpan.FromSeconds(2) }).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or TimeoutException)
        {
            return false;
        }
    }

    public static Task<TemporalClient> ConnectAsync(TemporalOptions options, CancellationToken cancellationToken) =>
        TemporalClient.ConnectAsync(new TemporalClientConnectOptions(options.Address) { Namespace = options.Namespace })
            .WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);

    private static async Task<bool> ListensAsync(HostPort address, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
