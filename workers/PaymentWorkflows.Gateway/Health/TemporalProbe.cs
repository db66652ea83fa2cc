using PaymentWorkflows.Hosting.Health;
using Temporalio.Client;

namespace PaymentWorkflows.Gateway.Health;

/// <summary>The Temporal server says it is serving.</summary>
public sealed class TemporalProbe(ITemporalClient client) : IReadinessProbe
{
    public string Name => "temporal";

    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        await client.Connection.ConnectAsync();
        var serving = await client.Connection.CheckHealthAsync(options: new RpcOptions { CancellationToken = cancellationToken });
        return serving ? null : "the server is not serving";
    }
}
