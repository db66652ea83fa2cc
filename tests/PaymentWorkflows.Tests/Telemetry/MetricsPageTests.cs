using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Hosting.Telemetry;
using Shouldly;
using Temporalio.Runtime;
using Xunit;

namespace PaymentWorkflows.Tests.Telemetry;

/// <summary>The metrics page of a process.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public async Task Counters_gauges_and_histograms_are_shown_as_Prometheus_reads_them()
    {
        await using var services = new ServiceCollection().AddPaymentsTelemetry(null, "worker-1").BuildServiceProvider();
        services.GetRequiredService<MeterProvider>().ShouldNotBeNull();
        using var meter = new Meter($"{TelemetryNames.Source}.Test");
        meter.CreateCounter<long>("things.done", "{thing}", "Things \"done\".").Add(3, new KeyValuePair<string, object?>("kind", "a \"b\"\\c"));
        meter.CreateObservableGauge("things.open", () => 7L);
        meter.CreateHistogram<double>("things.took", "s").Record(0.3);
        ICustomMetricMeter temporal = services.GetRequiredService<TemporalTelemetry>().Metrics;
        var tags = temporal.CreateTags(temporal.CreateTags(null, [new("queue", "sagas")]), [new("kind", "workflow")]);
        temporal.CreateGauge<long>("slots", null, null).Set(5, tags);
        temporal.CreateCounter<long>("tasks", null, null).Add(2, tags);
        temporal.CreateCounter<long>("tasks", null, null).Add(2, tags);

        var page = (await services.GetRequiredService<PrometheusText>().CollectAsync(TestContext.Current.CancellationToken)).Split('\n');
        page.ShouldContain("# HELP things_done_total Things \"done\".");
        page.ShouldContain("# TYPE things_done_total counter");
        page.ShouldContain("""things_done_total{kind="a \"b\"\\c"} 3""");
        page.ShouldContain("things_open 7");
        page.ShouldContain("# TYPE things_took_seconds histogram");
        page.ShouldContain("things_took_seconds_bucket{le=\"0.25\"} 0");
        page.ShouldContain("things_took_seconds_bucket{le=\"0.5\"} 1");
        page.ShouldContain("things_took_seconds_bucket{le=\"+Inf\"} 1");
        page.ShouldContain("things_took_seconds_count 1");
        page.ShouldContain("slots{kind=\"workflow\",queue=\"sagas\"} 5");
        page.ShouldContain("tasks_total{kind=\"workflow\",queue=\"sagas\"} 4");
    }
}
