using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain.Holds;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>What sagas count, through the workflow's own meter, which is silent on replay and adds nothing to the history.</summary>
public static class SagaMetrics
{
    /// <summary>A saga came to a stage.</summary>
    public static void Stage(string stage) =>
        Workflow.MetricMeter.CreateCounter<long>(SagaMetricNames.Stages, "{saga}", "Sagas that came to a stage.").Add(1, [Saga, new("stage", stage)]);

    public static void HoldOpened(HoldReason reason) =>
        Workflow.MetricMeter.CreateCounter<long>(SagaMetricNames.HoldsOpened, "{hold}", "Holds that were opened, by reason.").Add(1, [Saga, Reason(reason)]);

    public static void HoldEscalated(HoldReason reason) =>
        Workflow.MetricMeter.CreateCounter<long>(SagaMetricNames.HoldsEscalated, "{hold}", "Deadlines of holds that passed without an act.").Add(1, [Saga, Reason(reason)]);

    /// <param name="reason">Why it was opened.</param>
    /// <param name="action">What a person decided; null when it ended without a decision.</param>
    public static void HoldEnded(HoldReason reason, HoldAction? action) =>
        Workflow.MetricMeter.CreateCounter<long>(SagaMetricNames.HoldsEnded, "{hold}", "Holds that ended, by reason and what was decided.")
            .Add(1, [Saga, Reason(reason), new("action", action is { } decided ? HoldRules.Name(decided) : "none")]);

    private static KeyValuePair<string, object> Saga => new("saga", Workflow.Info.WorkflowType);

    private static KeyValuePair<string, object> Reason(HoldReason reason) => new("reason", HoldRules.Name(reason));
}
