using Temporalio.Runtime;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>What a Temporal client needs to be traced and measured.</summary>
/// <param name="Interceptor">Spans and headers.</param>
/// <param name="Metrics">Takes the SDK's measurements.</param>
public sealed record TemporalTelemetry(TracingInterceptor Interceptor, TemporalMetrics Metrics)
{
    /// <summary>A runtime of Temporal's core that measures into <see cref="Metrics"/>; a process needs one.</summary>
    public TemporalRuntime CreateRuntime() => new(new TemporalRuntimeOptions(new TelemetryOptions
    {
        Metrics = new MetricsOptions
        {
            CustomMetricMeter = Metrics,
            CustomMetricMeterOptions = new CustomMetricMeterOptions { HistogramDurationFormat = CustomMetricMeterOptions.DurationFormat.FloatSeconds },
            AttachServiceName = false,
        },
    }));
}
