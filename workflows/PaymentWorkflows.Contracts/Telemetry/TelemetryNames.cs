namespace PaymentWorkflows.Contracts.Telemetry;

/// <summary>Names of what is traced and measured, the same in every process. Append-only: dashboards and alerts are written against them.</summary>
public static class TelemetryNames
{
    /// <summary>The source of the product's own spans, and its own meter.</summary>
    public const string Source = "PaymentWorkflows";

    /// <summary>The meter that Temporal's SDK and the workflows report through.</summary>
    public const string TemporalMeter = "PaymentWorkflows.Temporal";

    /// <summary>The id of the purchase in every system.</summary>
    public const string TransactionId = "transaction.id";

    public const string Merchant = "merchant.id";
    public const string CheckoutId = "checkout.id";
    public const string RequestId = "request.id";
    public const string WorkflowId = "temporal.workflow.id";
    public const string WorkflowType = "temporal.workflow.type";
    public const string RunId = "temporal.run.id";
    public const string ActivityId = "temporal.activity.id";
    public const string ActivityType = "temporal.activity.type";
    public const string Attempt = "temporal.activity.attempt";
    public const string IsLocal = "temporal.activity.local";
    public const string EventId = "event.id";
    public const string EventType = "event.type";
    public const string Outcome = "outcome";
    public const string Method = "http.request.method";
    public const string Route = "http.route";
    public const string Status = "http.response.status_code";
    public const string ErrorType = "error.type";
    public const string Provider = "provider.name";
    public const string ProviderEndpoint = "provider.endpoint";
    public const string ProviderRequest = "provider.request.id";
    public const string CheckoutStatus = "checkout.status";
    public const string LedgerEntries = "ledger.entries";

    /// <summary>What a span may say. Anything else is taken off before it leaves the process: nothing personal, no addresses, no bodies.</summary>
    public static IReadOnlySet<string> Tags { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        TransactionId, Merchant, CheckoutId, RequestId, WorkflowId, WorkflowType, RunId, ActivityId, ActivityType, Attempt, IsLocal, EventId, EventType,
        Outcome, Method, Route, Status, ErrorType, Provider, ProviderEndpoint, ProviderRequest, CheckoutStatus, LedgerEntries,
    };
}
