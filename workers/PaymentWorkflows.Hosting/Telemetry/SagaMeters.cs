using PaymentWorkflows.Contracts.Telemetry;
using Temporalio.Workflows;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>Counts runs as they start and end, through the workflow's own meter, which is silent on replay.</summary>
internal static class SagaMeters
{
    public static void Started() => Workflow.MetricMeter.CreateCounter<long>(SagaMetricNames.Started, "{run}", "Runs of sagas that began.").Add(1, Saga());

    /// <param name="outcome">The stage a run ended in, or <c>error</c>, <c>canceled</c>, <c>continued</c>.</param>
    public static void Ended(string outcome)
    {
        var meter = Workflow.MetricMeter;
        KeyValuePair<string, object>[] tags = [.. Saga(), new("status", outcome)];
        meter.CreateCounter<long>(SagaMetricNames.Ended, "{run}", "Runs of sagas that ended, by the status they ended in.").Add(1, tags);
        meter.CreateHistogram<double>(SagaMetricNames.Duration, "s", "How long runs of sagas took, from their start to their end.")
            .Record((Workflow.UtcNow - Workflow.Info.WorkflowStartTime).TotalSeconds, tags);
    }

    private static KeyValuePair<string, object>[] Saga() => [new("saga", Workflow.Info.WorkflowType)];
}
