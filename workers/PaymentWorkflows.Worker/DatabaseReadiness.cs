using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Postgres;

namespace PaymentWorkflows.Worker;

/// <summary>The database answers with the schema in place.</summary>
internal sealed class DatabaseReadiness(DatabaseProbe probe) : IReadinessProbe
{
    public string Name => "database";

    public Task<string?> ProbeAsync(CancellationToken cancellationToken) => probe.ProbeAsync(cancellationToken);
}
