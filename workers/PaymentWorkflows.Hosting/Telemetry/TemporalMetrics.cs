using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using PaymentWorkflows.Contracts.Telemetry;
using Temporalio.Runtime;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>What Temporal's SDK measures (slots, pollers, latencies of tasks) and what workflows count, as instruments of one .NET meter.</summary>
public sealed class TemporalMetrics : ICustomMetricMeter, IDisposable
{
    private readonly Meter meter = new(TelemetryNames.TemporalMeter);
    private readonly ConcurrentDictionary<(string Name, Type Kind), object> instruments = [];

    public ICustomMetricCounter<T> CreateCounter<T>(string name, string? unit, string? description)
        where T : struct => Once(name, () => new Counted<T>(meter.CreateCounter<T>(name, unit, description)));

    public ICustomMetricHistogram<T> CreateHistogram<T>(string name, string? unit, string? description)
        where T : struct => Once(name, () => new Recorded<T>(meter.CreateHistogram<T>(name, unit, description)));

    public ICustomMetricGauge<T> CreateGauge<T>(string name, string? unit, string? description)
        where T : struct => Once(name, () => new Gauged<T>(meter.CreateGauge<T>(name, unit, description)));

    public object CreateTags(object? appendFrom, IReadOnlyCollection<KeyValuePair<string, object>> tags)
    {
        var before = appendFrom as KeyValuePair<string, object?>[] ?? [];
        return before.Concat(tags.Select(tag => new KeyValuePair<string, object?>(tag.Key, tag.Value))).ToArray();
    }

    public void Dispose() => meter.Dispose();

    /// <summary>A workflow asks for its instruments by name each time; there is one of each.</summary>
    private T Once<T>(string name, Func<T> create)
        where T : class => (T)instruments.GetOrAdd((name, typeof(T)), _ => create());

    private sealed class Counted<T>(Counter<T> counter) : ICustomMetricCounter<T>
        where T : struct
    {
        public void Add(T value, object tags) => counter.Add(value, (KeyValuePair<string, object?>[])tags);
    }

    private sealed class Recorded<T>(Histogram<T> histogram) : ICustomMetricHistogram<T>
        where T : struct
    {
        public void Record(T value, object tags) => histogram.Record(value, (KeyValuePair<string, object?>[])tags);
    }

    private sealed class Gauged<T>(Gauge<T> gauge) : ICustomMetricGauge<T>
        where T : struct
    {
        public void Set(T value, object tags) => gauge.Record(value, (KeyValuePair<string, object?>[])tags);
    }
}
