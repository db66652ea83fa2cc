namespace PaymentWorkflows.Sandbox.State;

/// <summary>The names of the journal's tables.</summary>
internal static class Tables
{
    public const string Objects = "object";
    public const string Idempotency = "idempotency";
    public const string Deliveries = "delivery";
    public const string Jobs = "job";
    public const string Requests = "request";
    public const string Settings = "setting";
}
