namespace PaymentWorkflows.Domain.Holds;

/// <summary>Which acts a hold allows, who owns it, and what a person is told.</summary>
public static class HoldRules
{
    /// <summary>The acts a person may choose from, the most likely first.</summary>
    public static IReadOnlyList<HoldAction> Allowed(HoldReason reason) => reason switch
    {
        HoldReason.UnknownOutcome => [HoldAction.Retry, HoldAction.MarkSucceeded, HoldAction.Compensate, HoldAction.ExtendDeadline],
        HoldReason.CompensationFailed => [HoldAction.Retry, HoldAction.Skip, HoldAction.ExtendDeadline],
        HoldReason.ProviderContradiction => [HoldAction.Retry, HoldAction.Compensate, HoldAction.ExtendDeadline],
        HoldReason.CredentialsRefused => [HoldAction.Retry, HoldAction.Compensate, HoldAction.ExtendDeadline],
        HoldReason.RequestRefused => [HoldAction.Compensate, HoldAction.RetryWithChange, HoldAction.Retry, HoldAction.ExtendDeadline],
        HoldReason.Review => [HoldAction.Approve, HoldAction.Reject, HoldAction.ExtendDeadline],
        HoldReason.RefundFailed => [HoldAction.Retry, HoldAction.MarkSucceeded, HoldAction.Skip, HoldAction.ExtendDeadline],
        HoldReason.AmountChanged => [HoldAction.Compensate, HoldAction.Retry, HoldAction.ExtendDeadline],
        HoldReason.DocumentRefused => [HoldAction.Retry, HoldAction.Skip, HoldAction.ExtendDeadline],
        HoldReason.BrokenRule => [HoldAction.Retry, HoldAction.Compensate, HoldAction.ExtendDeadline],
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason nobody has decided about."),
    };

    /// <summary>The acts at a hold that knows these changeable fields: where it knows none, nothing can be retried with a change.</summary>
    public static IReadOnlyList<HoldAction> Allowed(HoldReason reason, IReadOnlyList<string> changeable)
    {
        ArgumentNullException.ThrowIfNull(changeable);
        return changeable.Count > 0 ? Allowed(reason) : [.. Allowed(reason).Where(action => action != HoldAction.RetryWithChange)];
    }

    /// <summary>The team that has to act.</summary>
    public static string Owner(HoldReason reason) => reason switch
    {
        HoldReason.CredentialsRefused or HoldReason.RequestRefused or HoldReason.BrokenRule => "platform",
        HoldReason.UnknownOutcome or HoldReason.CompensationFailed or HoldReason.ProviderContradiction or HoldReason.RefundFailed => "payment-operations",
        HoldReason.Review => "risk",
        HoldReason.AmountChanged or HoldReason.DocumentRefused => "finance",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason nobody has decided about."),
    };

    /// <summary>Who has to act once deadlines have passed without an act.</summary>
    /// <param name="reason">Why it waits.</param>
    /// <param name="level">How many deadlines have passed.</param>
    public static string Owner(HoldReason reason, int level) => level <= 0 ? Owner(reason) : Owner(reason) switch
    {
        "platform" => "platform-on-call",
        "payment-operations" => "head-of-payments",
        "risk" => "head-of-risk",
        "finance" => "cfo-office",
        var owner => throw new ArgumentOutOfRangeException(nameof(reason), owner, "An owner nobody has named an escalation for."),
    };

    /// <summary>What an act does, in a few words for the person who chooses.</summary>
    public static string Explain(HoldAction action) => action switch
    {
        HoldAction.Retry => "do the step again; what has happened is looked up first",
        HoldAction.RetryWithChange => "do the step again with something changed",
        HoldAction.Approve => "the payment is right: go on",
        HoldAction.Reject => "the payment is wrong: take it back",
        HoldAction.Compensate => "take back what was done and end",
        HoldAction.MarkSucceeded => "it has happened: a provider's id is checked there, bank:REFERENCE is taken on your word",
        HoldAction.Skip => "go on without it; somebody settles it outside",
        HoldAction.ExtendDeadline => "wait longer",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "An act nobody has explained."),
    };

    /// <summary>The act of this snake_case name; null when there is none.</summary>
    public static HoldAction? Action(string? name)
    {
        foreach (var action in Enum.GetValues<HoldAction>())
        {
            if (Name(action) == name)
            {
                return action;
            }
        }

        return null;
    }

    /// <summary>The snake_case name that the API, the signals and the tables use.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
