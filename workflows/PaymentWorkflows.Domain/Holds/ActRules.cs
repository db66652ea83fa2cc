using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Domain.Holds;

/// <summary>What a person may send to a hold, and what that person is told when it may not be done.</summary>
public static class ActRules
{
    /// <summary>The longest name of a person, in characters.</summary>
    public const int MaxActor = 100;

    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>The longest evidence, in characters.</summary>
    public const int MaxEvidence = 255;

    /// <summary>Checks what a person sent; null when it may be done, otherwise a sentence for that person.</summary>
    /// <param name="reason">Why the saga is held.</param>
    /// <param name="changeable">The fields that this hold lets a person change.</param>
    /// <param name="act">What was sent.</param>
    /// <param name="now">When (UTC).</param>
    public static string? Refusal(HoldReason reason, IReadOnlyList<string> changeable, HoldAct act, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(act);
        return Unreadable(act) ?? NotAllowed(reason, changeable, act) ?? Incomplete(reason, act) ?? WrongChange(changeable, act, now);
    }

    /// <summary>A text as it may be kept and shown: null when it holds a card number, cut to its limit, and without what cannot be printed.</summary>
    public static string? Kept(string? text, int longest)
    {
        if (text is null || Payments.CardNumbers.IsIn(text))
        {
            return null;
        }

        var plain = PlainText.Of(text);
        return plain.Length <= longest ? plain : PlainText.Of(plain[..longest]) + "...";
    }

    private static string? Unreadable(HoldAct act) =>
        PlainText.Problem("actor", act.Actor, MaxActor)
        ?? PlainText.Problem("reason", act.Reason, MaxReason)
        ?? PlainText.Problem("evidence", act.Evidence, MaxEvidence);

    private static string? NotAllowed(HoldReason reason, IReadOnlyList<string> changeable, HoldAct act)
    {
        var allowed = HoldRules.Allowed(reason, changeable);
        var names = $"Allowed here: {string.Join(", ", allowed.Select(HoldRules.Name))}.";
        return HoldRules.Action(act.Action) switch
        {
            null => $"No such action{(string.IsNullOrEmpty(act.Action) ? "" : $" '{Kept(act.Action, 50)}'")}. {names}",
            { } action when !allowed.Contains(action) => $"'{HoldRules.Name(action)}' is not allowed for a hold because of {HoldRules.Name(reason)}. {names}",
            _ => null,
        };
    }

    private static string? Incomplete(HoldReason reason, HoldAct act) => HoldRules.Action(act.Action) switch
    {
        _ when string.IsNullOrWhiteSpace(act.Actor) => "'actor' is missing: who decides this?",
        _ when string.IsNullOrWhiteSpace(act.Reason) => "'reason' is missing: why is this right?",
        HoldAction.MarkSucceeded when string.IsNullOrWhiteSpace(act.Evidence) => $"'evidence' is missing: {EvidenceForms(reason)}.",
        HoldAction.MarkSucceeded when reason == HoldReason.RefundFailed && OutsidePayment.Is(act.Evidence) => OutsidePayment.Problem(act.Evidence),
        HoldAction.MarkSucceeded when act.Evidence.Any(char.IsWhiteSpace) => $"'evidence' is one word: {EvidenceForms(reason)}.",
        _ => null,
    };

    /// <summary>What a person may name as evidence where a saga is held for this reason.</summary>
    public static string EvidenceForms(HoldReason reason) =>
        reason == HoldReason.RefundFailed ? OutsidePayment.Forms : "the provider's id of the payment (pi_...), or of the refund (re_...) where a refund is held";

    private static string? WrongChange(IReadOnlyList<string> changeable, HoldAct act, DateTimeOffset now) => HoldRules.Action(act.Action) switch
    {
        HoldAction.RetryWithChange when act.Change.Count == 0 => $"'change' is missing: which field becomes what? Fields here: {string.Join(", ", changeable)}.",
        HoldAction.RetryWithChange => act.Change.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => changeable.Contains(one.Key)
                ? ChangeableFields.Problem(one.Key, one.Value)
                : $"'{Kept(one.Key, 50)}' cannot be changed here. Fields here: {string.Join(", ", changeable)}.")
            .FirstOrDefault(problem => problem is not null),
        HoldAction.ExtendDeadline => Deadlines.Problem(act.Change, now),
        _ when act.Change.Count > 0 => $"'change' goes with retry_with_change or extend_deadline, not with {act.Action}.",
        _ => null,
    };
}
