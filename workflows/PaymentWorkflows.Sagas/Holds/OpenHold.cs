using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>A hold that waits for a person.</summary>
internal sealed class OpenHold(string id, HoldReason reason, string message, DateTimeOffset since, DateTimeOffset deadline)
{
    public string Id { get; } = id;
    public HoldReason Reason { get; } = reason;
    public DateTimeOffset Since { get; } = since;
    public DateTimeOffset Deadline { get; set; } = deadline;
    public Queue<Intervention> Acts { get; } = new();

    public HeldView View() => new(Id, Reason, Since, Deadline, HoldRules.Owner(Reason), HoldRules.Allowed(Reason), message);
}
