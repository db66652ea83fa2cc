using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>
/// Waiting for a person, as a state: the holds of one saga, the acts that arrive for them, and what was refused and why. Signals are
/// never lost: each act is carried out or shown as refused, and both are in the audit trail.
/// </summary>
/// <param name="holdFor">How long a hold may wait before it is overdue.</param>
/// <param name="publish">Shows the change: row, search attribute, current details.</param>
/// <param name="audit">Writes a line of the audit trail.</param>
/// <param name="series">Tells the audit lines of this object apart from those of others in the same run.</param>
public sealed class OperatorHold(TransactionId transaction, TimeSpan holdFor, Func<Task> publish, Func<AuditLine, Task> audit, int series = 1)
{
    private readonly List<OpenHold> open = [];
    private readonly Queue<(Intervention Act, string Why)> refused = new();
    private int lines;

    /// <summary>The oldest hold; null when nothing waits.</summary>
    public HeldView? Current => open.Count > 0 ? open[0].View() : null;

    /// <summary>Every hold that waits, oldest first.</summary>
    public IReadOnlyList<HeldView> All => [.. open.Select(hold => hold.View())];

    /// <summary>The last act that was refused, for the person who sent it; null once a hold ended.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Takes an act in; called by the signal handler, which must not wait.</summary>
    public void Offer(Intervention act)
    {
        ArgumentNullException.ThrowIfNull(act);
        var hold = act.Hold is null ? open.FirstOrDefault() : open.FirstOrDefault(one => one.Id == act.Hold);
        if (hold is not null)
        {
            hold.Acts.Enqueue(act);
            return;
        }

        var waiting = open.Count == 0 ? "Nothing is held here." : $"Holds here: {string.Join(", ", open.Select(one => one.Id))}.";
        refused.Enqueue((act, act.Hold is null ? waiting : $"There is no hold '{act.Hold}'. {waiting}"));
        LastRefusal = refused.Last().Why;
    }

    /// <summary>Opens a hold and waits until a person decided.</summary>
    /// <param name="id">Names the hold within the saga.</param>
    /// <param name="reason">Why it waits.</param>
    /// <param name="message">What happened.</param>
    /// <param name="leave">Ends the wait without a decision (a cancel request); null never does.</param>
    /// <returns>The decision; null when <paramref name="leave"/> came true.</returns>
    public async Task<HoldDecision?> WaitAsync(string id, HoldReason reason, string message, Func<bool>? leave = null)
    {
        var hold = new OpenHold(id, reason, message, Workflow.UtcNow, Workflow.UtcNow + holdFor);
        open.Add(hold);
        Workflow.Logger.LogHeld(HoldRules.Owner(reason), HoldRules.Name(reason), id, message);
        await AuditAsync("hold.opened", hold.Id, null, message);
        await publish();
        try
        {
            while (true)
            {
                if (!await AwaitActAsync(hold, leave))
                {
                    return null;
                }

                await FlushRefusedAsync();
                if (hold.Acts.TryDequeue(out var act) && await JudgeAsync(hold, act) is { } decision)
                {
                    return decision;
                }

                await publish();
            }
        }
        finally
        {
            open.Remove(hold);
            LastRefusal = null;
            await publish();
        }
    }

    /// <summary>Writes the refusals that arrived while nothing was held.</summary>
    public async Task FlushRefusedAsync()
    {
        while (refused.TryDequeue(out var entry))
        {
            await AuditAsync("intervention.refused", entry.Act.Hold, entry.Act, entry.Why);
        }
    }

    /// <summary>Waits for an act or a refusal to write down; past the deadline the hold is overdue once and goes on waiting. False: leave.</summary>
    private async Task<bool> AwaitActAsync(OpenHold hold, Func<bool>? leave)
    {
        bool Woken() => hold.Acts.Count > 0 || refused.Count > 0 || leave?.Invoke() == true;
        var left = hold.Deadline - Workflow.UtcNow;
        if (left > TimeSpan.Zero && !await Workflow.WaitConditionAsync(Woken, left, CancellationToken.None))
        {
            await AuditAsync("hold.overdue", hold.Id, null, $"Nobody acted by {hold.Deadline:O}.");
            await publish();
            left = TimeSpan.Zero;
        }

        if (left <= TimeSpan.Zero)
        {
            await Workflow.WaitConditionAsync(Woken, CancellationToken.None);
        }

        return hold.Acts.Count > 0 || refused.Count > 0;
    }

    private async Task<HoldDecision?> JudgeAsync(OpenHold hold, Intervention act)
    {
        var action = Parse(act.Action);
        if (HoldRules.Refusal(hold.Reason, action, act.Actor, act.Reason, act.Evidence) is { } why)
        {
            LastRefusal = why;
            await AuditAsync("intervention.refused", hold.Id, act, why);
            return null;
        }

        Workflow.Logger.LogIntervention(act.Actor!, act.Action!, hold.Id);
        await AuditAsync("intervention.accepted", hold.Id, act, null);
        LastRefusal = null;
        if (action == HoldAction.ExtendDeadline)
        {
            hold.Deadline = Workflow.UtcNow + holdFor;
            return null;
        }

        return new HoldDecision(action!.Value, act.Actor!, act.Reason!, act.Evidence);
    }

    private static HoldAction? Parse(string? name)
    {
        foreach (var action in Enum.GetValues<HoldAction>())
        {
            if (HoldRules.Name(action) == name)
            {
                return action;
            }
        }

        return null;
    }

    private Task AuditAsync(string what, string? hold, Intervention? act, string? detail) => audit(new AuditLine
    {
        WorkflowId = Workflow.Info.WorkflowId,
        TransactionId = transaction,
        Event = what,
        Actor = act?.Actor,
        Action = act?.Action,
        Reason = act?.Reason,
        Detail = hold is null ? detail : $"{hold}: {detail}",
        Reference = $"{Workflow.Info.RunId}:hold:{series}.{++lines}",
    });
}
