using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>
/// Waiting for a person, as a state: the holds of one saga, the acts that arrive for them, and what was refused and why. Signals are
/// never lost: each act is carried out or shown as refused, and both are in the audit trail. A deadline that passes raises the hold's
/// level and gives it to another owner.
/// </summary>
/// <param name="holdFor">How long a hold may wait before it is escalated.</param>
/// <param name="publish">Shows the change: row, search attribute, current details.</param>
/// <param name="audit">Writes a line of the audit trail.</param>
/// <param name="series">Tells the audit lines of this object apart from those of others in the same run.</param>
/// <param name="acts">What became of the acts of this run; null begins anew.</param>
/// <param name="show">Shows a refusal in the current details, without a step.</param>
public sealed class OperatorHold(
    TransactionId transaction,
    TimeSpan holdFor,
    Func<Task> publish,
    Func<AuditLine, Task> audit,
    int series = 1,
    ActLog? acts = null,
    Action? show = null)
{
    private readonly List<OpenHold> open = [];
    private readonly Queue<(int Number, SentAct Sent, string? Hold, string Why)> refused = new();
    private readonly ActLog log = acts ?? new ActLog();
    private int opened;
    private int arrived;

    /// <summary>The oldest hold; null when nothing waits.</summary>
    public HeldView? Current => open.Count > 0 ? open[0].View() : null;

    /// <summary>Every hold that waits, oldest first.</summary>
    public IReadOnlyList<HeldView> All => [.. open.Select(hold => hold.View())];

    /// <summary>What became of the acts.</summary>
    public ActLog Acts => log;

    /// <summary>The last act that was refused, for the person who sent it; null once a hold ended.</summary>
    public string? LastRefusal => log.LastRefusal;

    /// <summary>Whether a hold is news to whoever knew the one before: when it opens, and again each time its deadline passes.</summary>
    public static bool IsNews(HeldView? before, HeldView? now) =>
        now is not null && (before is null || (before.Id, before.Since) != (now.Id, now.Since) || before.Level != now.Level);

    /// <summary>Takes an act in; called by the signal handler, which must not wait.</summary>
    public void Offer(Intervention act)
    {
        ArgumentNullException.ThrowIfNull(act);
        Take(new SentAct(act));
    }

    /// <summary>Takes an act in, and writes down at once what cannot be given to a hold; called by the signal handler.</summary>
    public Task OfferAsync(SentAct sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        Take(sent);
        return FlushRefusedAsync();
    }

    /// <summary>Opens a hold and waits until a person decided.</summary>
    /// <param name="id">Names the hold within the saga.</param>
    /// <param name="reason">Why it waits.</param>
    /// <param name="message">What happened.</param>
    /// <param name="leave">Ends the wait without a decision (a cancel request); null never does.</param>
    /// <param name="changeable">The fields that <see cref="HoldAction.RetryWithChange"/> may change; null or none allows no such act.</param>
    /// <param name="watch">What else may end the hold or change what it says; null watches nothing. A person's act goes first.</param>
    /// <returns>The decision; null when <paramref name="leave"/> came true, or <paramref name="watch"/> ended the hold.</returns>
    public async Task<HoldDecision?> WaitAsync(
        string id, HoldReason reason, string message, Func<bool>? leave = null, IReadOnlyList<string>? changeable = null, HoldWatch? watch = null)
    {
        var hold = new OpenHold(++opened, id, reason, message, Workflow.UtcNow, Workflow.UtcNow + holdFor, changeable ?? []);
        open.Add(hold);
        Workflow.Logger.LogHeld(hold.Owner, HoldRules.Name(reason), id, message);
        SagaMetrics.HoldOpened(reason);
        await AuditAsync(hold, "hold.opened", message);
        await publish();
        HoldDecision? decision = null;
        try
        {
            return decision = await DecideAsync(hold, leave, watch);
        }
        finally
        {
            open.Remove(hold);
            log.Settle();
            SagaMetrics.HoldEnded(reason, decision?.Action);
            await RefuseLateActsAsync(hold, decision);
            await publish();
        }
    }

    private async Task<HoldDecision?> DecideAsync(OpenHold hold, Func<bool>? leave, HoldWatch? watch)
    {
        while (await AwaitWorkAsync(hold, leave, watch))
        {
            var shows = refused.Count > 0 || hold.Acts.Count > 0;
            await FlushRefusedAsync();
            if (hold.Acts.TryDequeue(out var sent))
            {
                if (await JudgeAsync(hold, sent) is { } decided)
                {
                    return decided;
                }
            }
            else if (watch?.HasNews() == true)
            {
                if (await watch.LookAsync() is not { } seen)
                {
                    return null;
                }

                shows |= seen != hold.Message;
                hold.Message = seen;
            }

            if (shows)
            {
                await publish();
            }
        }

        return null;
    }

    /// <summary>Writes down the refusals that nobody has written yet.</summary>
    public async Task FlushRefusedAsync()
    {
        while (refused.TryDequeue(out var entry))
        {
            await AuditAsync(entry.Number, "intervention.refused", entry.Hold, entry.Sent.Act, entry.Why);
        }
    }

    private void Take(SentAct sent)
    {
        arrived++;
        var named = sent.Act.Hold;
        var hold = string.IsNullOrEmpty(named) ? open.FirstOrDefault() : open.FirstOrDefault(one => one.Id == named);
        var holds = open.Count == 0 ? "Nothing is held here." : $"Holds here: {string.Join(", ", open.Select(one => one.Id))}.";
        if (sent.Problem is { } problem)
        {
            Refuse(arrived, sent, hold?.Id, $"{problem} {(hold is null ? holds : $"Allowed here: {string.Join(", ", hold.View().Actions.Select(HoldRules.Name))}.")}");
        }
        else if (hold is null)
        {
            Refuse(arrived, sent, null, string.IsNullOrEmpty(named) ? holds : $"There is no hold '{ActRules.Kept(named, 50)}'. {holds}");
        }
        else
        {
            hold.Acts.Enqueue(sent with { Number = arrived });
        }
    }

    private void Refuse(int number, SentAct sent, string? hold, string why)
    {
        refused.Enqueue((number, sent, hold, why));
        log.Refused(sent.Act, hold, why);
        show?.Invoke();
    }

    /// <summary>Two people may act at once: the second is told that the first has decided.</summary>
    private async Task RefuseLateActsAsync(OpenHold hold, HoldDecision? decision)
    {
        var ended = decision is null ? $"The hold '{hold.Id}' has ended." : $"The hold '{hold.Id}' has ended already: {decision.Actor} decided {HoldRules.Name(decision.Action)}.";
        while (hold.Acts.TryDequeue(out var late))
        {
            Refuse(late.Number, late, hold.Id, ended);
        }

        await FlushRefusedAsync();
    }

    /// <summary>Waits for an act, a refusal to write down or news; each deadline that passes meanwhile raises the level. False: leave.</summary>
    private async Task<bool> AwaitWorkAsync(OpenHold hold, Func<bool>? leave, HoldWatch? watch)
    {
        bool HasActs() => hold.Acts.Count > 0 || refused.Count > 0;
        bool Leaves() => leave?.Invoke() == true;
        bool Woken() => HasActs() || Leaves() || watch?.HasNews() == true;
        while (!await WaitUntilAsync(Woken, hold))
        {
            hold.Level++;
            var missed = hold.Deadline;
            hold.Deadline = Workflow.UtcNow + holdFor;
            Workflow.Logger.LogEscalated(hold.Id, hold.Level, hold.Owner);
            SagaMetrics.HoldEscalated(hold.Reason);
            await AuditAsync(hold, "hold.escalated", $"Nobody acted by {missed:O}: level {hold.Level}, now for {hold.Owner}.");
            await publish();
        }

        return HasActs() || !Leaves();
    }

    private static async Task<bool> WaitUntilAsync(Func<bool> woken, OpenHold hold)
    {
        var left = hold.Deadline - Workflow.UtcNow;
        return woken() || (left > TimeSpan.Zero
            && await Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(woken, left, $"hold {hold.Id}, for {hold.Owner}", CancellationToken.None)));
    }

    private async Task<HoldDecision?> JudgeAsync(OpenHold hold, SentAct sent)
    {
        var act = sent.Act;
        var asked = new HoldAct(act.Action, act.Actor, act.Reason) { Evidence = act.Evidence, Change = act.Change ?? new Dictionary<string, string>() };
        if (ActRules.Refusal(hold.Reason, hold.Changeable, asked, Workflow.UtcNow) is { } why)
        {
            log.Refused(act, hold.Id, why);
            await AuditAsync(sent.Number, "intervention.refused", hold.Id, act, why);
            return null;
        }

        Workflow.Logger.LogIntervention(act.Actor!, act.Action!, hold.Id);
        log.Accepted(act, hold.Id);
        if (HoldRules.Action(act.Action) is var action && action == HoldAction.ExtendDeadline)
        {
            hold.Deadline = Deadlines.Extended(asked.Change, Workflow.UtcNow, holdFor);
        }

        await AuditAsync(sent.Number, "intervention.accepted", hold.Id, act, Details(hold, asked));
        return action == HoldAction.ExtendDeadline ? null : new HoldDecision(action!.Value, act.Actor!, act.Reason!, act.Evidence) { Change = asked.Change };
    }

    /// <summary>What an accepted act says beyond its name.</summary>
    private static string? Details(OpenHold hold, HoldAct act)
    {
        string[] parts =
        [
            .. act.Evidence is { } evidence ? [$"evidence {evidence}"] : Array.Empty<string>(),
            .. HoldRules.Action(act.Action) == HoldAction.ExtendDeadline ? [$"until {hold.Deadline:O}"] : act.Change.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} = {one.Value}"),
        ];
        return parts.Length == 0 ? null : string.Join(", ", parts);
    }

    // Each line is named by what it is about, so that a task that is run again writes the same lines again and never another under their name.
    private Task AuditAsync(OpenHold hold, string what, string detail) => WriteAsync($"hold:{series}.{hold.Number}:{what}:{hold.Level}", what, hold.Id, null, detail);

    private Task AuditAsync(int number, string what, string? hold, Intervention act, string? detail) => WriteAsync($"act:{series}.{number}:{what}", what, hold, act, detail);

    private Task WriteAsync(string reference, string what, string? hold, Intervention? act, string? detail) => audit(new AuditLine
    {
        WorkflowId = Workflow.Info.WorkflowId,
        TransactionId = transaction,
        Event = what,
        Actor = ActRules.Kept(act?.Actor, ActRules.MaxActor),
        Action = ActRules.Kept(act?.Action, ActRules.MaxActor),
        Reason = ActRules.Kept(act?.Reason, ActRules.MaxReason),
        Detail = hold is null ? detail : detail is null ? hold : $"{hold}: {detail}",
        Reference = $"{Workflow.Info.RunId}:{reference}",
    });
}
