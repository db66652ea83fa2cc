using System.Diagnostics.Metrics;

namespace PaymentWorkflows.Gateway;

/// <summary>The Gateway's own counters, in the meter <c>PaymentWorkflows.Gateway</c>.</summary>
public sealed class GatewayMetrics
{
    public const string MeterName = "PaymentWorkflows.Gateway";

    private readonly Counter<long> received;
    private readonly Counter<long> refused;

    public GatewayMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        received = meter.CreateCounter<long>("webhooks.received", description: "Genuine webhooks kept, by whether they were new.");
        refused = meter.CreateCounter<long>("webhooks.refused", description: "Webhooks that could not be verified.");
    }

    public void WebhookReceived(bool isNew) => received.Add(1, new KeyValuePair<string, object?>("new", isNew));

    public void WebhookRefused() => refused.Add(1);
}
