using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>A hold that waits for a person.</summary>
/// <param name="number">Tells the holds of one saga apart, also those of the same name.</param>
internal sealed class OpenHold(int number, string id, HoldReason reason, string message, DateTimeOffset since, DateTimeOffset deadline, IReadOnlyList<string> changeable)
{
    public int Number { get; } = number;
    public string Id { get; } = id;
    public HoldReason Reason { get; } = reason;
    public IReadOnlyList<string> Changeable { get; } = changeable;
    public DateTimeOffset Deadline { get; set; } = deadline;
    public string Message { get; set; } = message;

    /// <summary>How many deadlines have passed without an act.</summary>
    public int Level { get; set; }

    public string Owner => HoldRules.Owner(Reason, Level);

    public Queue<SentAct> Acts { get; } = new();

    public HeldView View() => new(Id, Reason, since, Deadline, Owner, HoldRules.Allowed(Reason, Changeable), Message) { Level = Level, Changeable = Changeable };
}
