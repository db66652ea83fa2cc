using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>The process's metrics as Prometheus reads them (text format 0.0.4), collected when they are asked for.</summary>
public sealed class PrometheusText : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly Page page = new();

    public PrometheusText() => Reader = new BaseExportingMetricReader(page) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    /// <summary>What the metrics pipeline hands its metrics to.</summary>
    internal MetricReader Reader { get; }

    /// <summary>Collects now; one at a time.</summary>
    public async Task<string> CollectAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            page.Text = "";
            Reader.Collect();
            return page.Text;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        one.Dispose();
    }

    /// <summary>The name as Prometheus allows it, with its unit.</summary>
    internal static string Name(string name, string unit, bool isCounter)
    {
        var text = new StringBuilder(name.Length + 16);
        foreach (var letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        var suffix = unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (!text.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            text.Append(suffix);
        }

        return isCounter && !text.ToString().EndsWith("_total", StringComparison.Ordinal) ? text.Append("_total").ToString() : text.ToString();
    }

    private sealed class Page : BaseExporter<Metric>
    {
        public string Text { get; set; } = "";

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var text = new StringBuilder();
            var told = new HashSet<string>(StringComparer.Ordinal);
            foreach (var metric in batch)
            {
                Write(text, metric, told);
            }

            Text = text.ToString();
            return ExportResult.Success;
        }

        private static void Write(StringBuilder text, Metric metric, HashSet<string> told)
        {
            var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
            var name = Name(metric.Name, metric.Unit, isCounter);
            if (told.Add(name))
            {
                var kind = isCounter ? "counter" : metric.MetricType is MetricType.Histogram ? "histogram" : "gauge";
                text.Append("# HELP ").Append(name).Append(' ').Append(Escape(metric.Description, quotes: false)).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            }

            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var labels = Labels(point.Tags);
                switch (metric.MetricType)
                {
                    case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                        Line(text, name, labels, Number(point.GetSumLong()));
                        break;
                    case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                        Line(text, name, labels, Number(point.GetSumDouble()));
                        break;
                    case MetricType.LongGauge:
                        Line(text, name, labels, Number(point.GetGaugeLastValueLong()));
                        break;
                    case MetricType.DoubleGauge:
                        Line(text, name, labels, Number(point.GetGaugeLastValueDouble()));
                        break;
                    case MetricType.Histogram:
                        Histogram(text, name, labels, point);
                        break;
                }
            }
        }

        private static void Histogram(StringBuilder text, string name, string labels, in MetricPoint point)
        {
            long below = 0;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                below += bucket.BucketCount;
                var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
                Line(text, $"{name}_bucket", $"{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"", Number(below));
            }

            Line(text, $"{name}_sum", labels, Number(point.GetHistogramSum()));
            Line(text, $"{name}_count", labels, Number(point.GetHistogramCount()));
        }

        private static void Line(StringBuilder text, string name, string labels, string value)
        {
            text.Append(name);
            if (labels.Length > 0)
            {
                text.Append('{').Append(labels).Append('}');
            }

            text.Append(' ').Append(value).Append('\n');
        }

        private static string Labels(ReadOnlyTagCollection tags)
        {
            var labels = new List<string>();
            foreach (var (name, value) in tags)
            {
                var text = value switch { bool flag => flag ? "true" : "false", IFormattable other => other.ToString(null, CultureInfo.InvariantCulture), _ => value?.ToString() ?? "" };
                labels.Add($"{Name(name, "", isCounter: false)}=\"{Escape(text, quotes: true)}\"");
            }

            labels.Sort(StringComparer.Ordinal);
            return string.Join(',', labels);
        }

        private static string Escape(string text, bool quotes)
        {
            var escaped = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
            return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
        }

        private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

        private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
