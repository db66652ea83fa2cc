using System.Diagnostics;
using OpenTelemetry.Trace;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>
/// Decides about traces that begin here: a share of them, by the trace's id. Whoever led a trace to us has decided about it already. A run
/// decides once, from its own id, and says so with <see cref="Decided"/>.
/// </summary>
internal sealed class StartSampler(double share) : Sampler
{
    /// <summary>A tag that says: taken.</summary>
    public const string Decided = "sampling.decided";

    private readonly TraceIdRatioBasedSampler byId = new(share);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Tags?.Any(tag => tag.Key == Decided) == true ? new SamplingResult(SamplingDecision.RecordAndSample) : byId.ShouldSample(samplingParameters);

    public static bool Takes(ActivityTraceId trace, double share) =>
        new TraceIdRatioBasedSampler(share).ShouldSample(new SamplingParameters(default, trace, "run", ActivityKind.Server)).Decision == SamplingDecision.RecordAndSample;
}
