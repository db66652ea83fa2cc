using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Health;

/// <summary>The routes that supervisors call.</summary>
internal static class HealthEndpoints
{
    internal static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", () => ApiAnswer.Of(StatusCodes.Status200OK, new HealthResource("live", new Dictionary<string, string>())))
            .WithName("isLive").WithSummary("Is the process running?").WithDescription("Asks nothing else.").Produces<HealthResource>();
        health.MapGet("/ready", (HttpContext http, Readiness readiness) => readiness.AnswerAsync(http))
            .WithName("isReady").WithSummary("Can requests be served?").WithDescription("Asks everything the process cannot do without.")
            .Produces<HealthResource>().Produces<HealthResource>(StatusCodes.Status503ServiceUnavailable);
    }
}
