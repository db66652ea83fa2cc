using System.Diagnostics;
using OpenTelemetry;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Hosting.Logging;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>Lets a span say which purchase it is about when the code that makes it cannot know: it is the one that the span around it is about.</summary>
internal sealed class SubjectOfParent : BaseProcessor<Activity>
{
    private static readonly string[] Inherited = [TelemetryNames.TransactionId, TelemetryNames.Merchant, TelemetryNames.CheckoutId, TelemetryNames.WorkflowId];

    public override void OnStart(Activity data)
    {
        if (TransactionScope.Current is { } transaction)
        {
            data.SetTag(TelemetryNames.TransactionId, transaction);
        }

        foreach (var name in Inherited)
        {
            if (data.Parent?.GetTagItem(name) is { } value)
            {
                data.SetTag(name, value);
            }
        }
    }
}
