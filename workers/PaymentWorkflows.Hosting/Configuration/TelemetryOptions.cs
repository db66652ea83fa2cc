namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Where traces and metrics go; without this section they stay in the process, which shows its metrics on <c>/metrics</c>.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Base address of an OTLP receiver over HTTP with protobuf, such as <c>http://127.0.0.1:4318</c>.</summary>
    public required Uri Otlp { get; init; }

    /// <summary>Whether spans are made at all.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>The share of traces that are kept among those that begin here, 0 to 1; for the others their caller has decided.</summary>
    public double Sample { get; init; } = 1;

    /// <summary>How often metrics are sent.</summary>
    public TimeSpan MetricsEvery { get; init; } = TimeSpan.FromSeconds(30);
}
