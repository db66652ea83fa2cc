using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>What became of the acts that came to one run of a saga: for the person who sent one, and for the query <c>holds</c>.</summary>
public sealed class ActLog
{
    /// <summary>A person asks within seconds. The bound keeps a script that sends nonsense from growing the state.</summary>
    private const int Remembered = 50;

    private const int MaxId = 100;

    private readonly Queue<ActView> acts = new();

    /// <summary>The last act that was refused; null once another was accepted.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>The last act that was accepted; null before.</summary>
    public ActView? LastAccepted { get; private set; }

    /// <summary>What the query answers.</summary>
    public HoldsView View(IReadOnlyList<HeldView>? open) => new(open ?? [], [.. acts]);

    /// <summary>Forgets the refusal: what it was about has ended.</summary>
    public void Settle() => LastRefusal = null;

    /// <summary>Shows something that came and could not be taken, without an act behind it.</summary>
    public void ShowRefusal(string why) => LastRefusal = why;

    /// <summary>A signal of a name that is not known came: the person who sent it sees so.</summary>
    /// <param name="name">The name as it came.</param>
    /// <param name="known">The names there are, for people.</param>
    internal void ShowUnknownSignal(string name, string known)
    {
        Workflow.Logger.LogUnknownSignal(name);
        ShowRefusal($"There is no signal '{ActRules.Kept(name, 50)}'. The signals are: {known}.");
    }

    internal void Refused(Intervention act, string? hold, string why)
    {
        LastRefusal = why;
        Add(act, hold, why);
    }

    internal void Accepted(Intervention act, string hold)
    {
        LastRefusal = null;
        LastAccepted = Add(act, hold, null);
    }

    private ActView Add(Intervention act, string? hold, string? refusal)
    {
        var view = new ActView(
            ActRules.Kept(act.Id, MaxId), ActRules.Kept(act.Action, MaxId), ActRules.Kept(act.Actor, ActRules.MaxActor),
            ActRules.Kept(hold ?? act.Hold, MaxId), Workflow.UtcNow, refusal);
        acts.Enqueue(view);
        if (acts.Count > Remembered)
        {
            acts.Dequeue();
        }

        return view;
    }
}
