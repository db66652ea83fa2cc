using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>Traces and metrics of a process: metrics on <c>/metrics</c> always, both to an OTLP receiver where one is configured.</summary>
public static class TelemetryRegistration
{
    /// <summary>A process that dies takes the spans of the last moments with it, so they do not wait long.</summary>
    private const int ExportPause = 500;

    private static readonly string[] Meters = [TelemetryNames.Source, $"{TelemetryNames.Source}.*", "Microsoft.AspNetCore.Hosting", "Npgsql", "System.Runtime"];

    /// <summary>Seconds, from a local step to a checkout that waits for its customer.</summary>
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 86400];

    /// <summary>Adds what traces and measures this process; before the Temporal client, which takes part in it.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="options">Where to; null exports nothing.</param>
    /// <param name="processName">The process's name in the stack, such as <c>gateway-1</c>.</param>
    public static IServiceCollection AddPaymentsTelemetry(this IServiceCollection services, TelemetryOptions? options, string processName)
    {
        var sample = options?.Sample ?? 1;
        services.AddSingleton(_ => new TemporalTelemetry(new TracingInterceptor(sample), new TemporalMetrics()));
        services.AddSingleton<PrometheusText>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddAttributes(Resource(processName)))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters)
                    .AddView(instrument => instrument.Unit == "s" && instrument.GetType().GetGenericTypeDefinition() == typeof(System.Diagnostics.Metrics.Histogram<>)
                        ? new ExplicitBucketHistogramConfiguration { Boundaries = Buckets }
                        : null)
                    .AddReader(provider => provider.GetRequiredService<PrometheusText>().Reader);
                if (options is { Otlp: { } receiver })
                {
                    metrics.AddOtlpExporter((exporter, reader) =>
                    {
                        Send(exporter, receiver, "metrics");
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricsEvery.TotalMilliseconds;
                    });
                }
            });
        if (options is { Otlp: { } otlp, Traces: true })
        {
            telemetry.WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new StartSampler(sample)))
                .AddSource(TelemetryNames.Source)
                .AddProcessor(new SubjectOfParent())
                .AddProcessor(new AllowedTags())
                .AddOtlpExporter(exporter =>
                {
                    Send(exporter, otlp, "traces");
                    exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = ExportPause;
                }));
        }

        return services;
    }

    private static void Send(OtlpExporterOptions exporter, Uri receiver, string signal)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{receiver.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
    }

    private static Dictionary<string, object> Resource(string processName)
    {
        var dash = processName.LastIndexOf('-');
        var numbered = dash > 0 && int.TryParse(processName.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return new Dictionary<string, object>
        {
            ["service.namespace"] = TelemetryNames.Source,
            ["service.name"] = numbered ? processName[..dash] : processName,
            ["service.instance.id"] = processName,
        };
    }
}
