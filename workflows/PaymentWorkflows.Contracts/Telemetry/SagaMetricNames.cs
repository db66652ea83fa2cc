namespace PaymentWorkflows.Contracts.Telemetry;

/// <summary>What sagas report through the workflow's meter.</summary>
public static class SagaMetricNames
{
    public const string Started = "payments_sagas_started";
    public const string Ended = "payments_sagas_ended";
    public const string Duration = "payments_sagas_duration";
    public const string Stages = "payments_sagas_stages";
    public const string HoldsOpened = "payments_holds_opened";
    public const string HoldsEnded = "payments_holds_ended";
    public const string HoldsEscalated = "payments_holds_escalated";
}
