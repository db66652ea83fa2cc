using System.Diagnostics;
using OpenTelemetry;
using PaymentWorkflows.Contracts.Telemetry;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>Takes off a span whatever is not on the list before it leaves the process: an address or a message added by mistake goes nowhere.</summary>
internal sealed class AllowedTags : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.Where(tag => !TelemetryNames.Tags.Contains(tag.Key)).ToArray())
        {
            data.SetTag(name, null);
        }
    }
}
