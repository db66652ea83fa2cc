using PaymentWorkflows.Activities;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>Wakes this process's dispatcher when an event has been kept.</summary>
public sealed class InboxWake(TimeProvider clock) : Bell(clock);
