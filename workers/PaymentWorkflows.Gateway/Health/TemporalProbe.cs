using Temporalio.Client;

namespace PaymentWorkflows.Gateway.Health;

/// <summary>The Temporal server says it is serving.</summary>
public sealed class TemporalProbe(ITemporalClient client) : IReadinessProbe
{
    public string Name => "temporal";

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await client.Connection.ConnectAsync();
        if (!await client.Connection.CheckHealthAsync(options: new RpcOptions { CancellationToken = cancellationToken }))
        {
            throw new InvalidOperationException("The Temporal server is not serving.");
        }
    }
}
