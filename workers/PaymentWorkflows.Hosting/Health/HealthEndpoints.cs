using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PaymentWorkflows.Hosting.Health;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: each probe says yes, else 503 with what is missing.</summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" })).ExcludeFromDescription();
        routes.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(IEnumerable<IReadinessProbe> probes, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(probes.Select(async probe => (probe.Name, Problem: await ProbeAsync(probe, cancellationToken))));
        var checks = results.ToDictionary(result => result.Name, result => result.Problem ?? "ok");
        var ready = results.All(result => result.Problem is null);
        return Results.Json(new { status = ready ? "ready" : "not_ready", checks }, statusCode: ready ? 200 : 503);
    }

    private static async Task<string?> ProbeAsync(IReadinessProbe probe, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        try
        {
            return await probe.ProbeAsync(limited.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return $"does not answer ({failure.GetType().Name})";
        }
    }
}
