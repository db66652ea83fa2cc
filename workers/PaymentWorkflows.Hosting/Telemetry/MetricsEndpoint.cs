using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary><c>GET /metrics</c>: what this process measures, for Prometheus. Numbers only, so it takes no key, like the health endpoints.</summary>
public static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet(Path, CollectAsync).ExcludeFromDescription();

    private static async Task<IResult> CollectAsync(PrometheusText metrics, CancellationToken cancellationToken) =>
        Results.Text(await metrics.CollectAsync(cancellationToken), "text/plain; version=0.0.4; charset=utf-8");
}
