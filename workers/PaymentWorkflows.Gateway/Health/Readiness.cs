using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Hosting.Health;

namespace PaymentWorkflows.Gateway.Health;

/// <summary><c>GET /health/ready</c>: whether requests can be served now, and what is missing.</summary>
public sealed partial class Readiness(IEnumerable<IReadinessProbe> probes, TimeProvider clock, ILogger<Readiness> logger)
{
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(2);

    public async Task<ApiAnswer> AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var results = await Task.WhenAll(probes.Select(async probe => (probe.Name, Problem: await ProblemAsync(probe, http.RequestAborted))));
        var isReady = results.All(result => result.Problem is null);
        var checks = results.ToDictionary(result => result.Name, result => result.Problem ?? "ok");
        return isReady
            ? ApiAnswer.Of(StatusCodes.Status200OK, new HealthResource("ready", checks))
            : ApiAnswer.Of(StatusCodes.Status503ServiceUnavailable, new HealthResource("not_ready", checks)) with { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    private async Task<string?> ProblemAsync(IReadinessProbe probe, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.ProbeAsync(cancellationToken).WaitAsync(LongestCheck, clock, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(fault, probe.Name);
            return "unreachable";
        }
    }

    [LoggerMessage(70, LogLevel.Warning, "Not ready: {Probe} cannot be reached")]
    private partial void LogUnreachable(Exception fault, string probe);
}

/// <summary>How the process is.</summary>
/// <param name="Status">live, ready or not_ready.</param>
/// <param name="Checks">Each thing it needs: ok, or what is wrong with it.</param>
public sealed record HealthResource(string Status, IReadOnlyDictionary<string, string> Checks);
