using System.Diagnostics.Metrics;

namespace PaymentWorkflows.Contracts.Telemetry;

/// <summary>The product's own meter; workflows count through theirs instead, which is silent on replay.</summary>
public static class Meters
{
    public static Meter Own { get; } = new(TelemetryNames.Source);
}
