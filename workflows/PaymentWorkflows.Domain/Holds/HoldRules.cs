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

    /// <summary>The team that has to act.</summary>
    public static string Owner(HoldReason reason) => reason switch
    {
        HoldReason.CredentialsRefused or HoldReason.RequestRefused or HoldReason.BrokenRule => "platform",
        HoldReason.UnknownOutcome or HoldReason.CompensationFailed or HoldReason.ProviderContradiction or HoldReason.RefundFailed => "payment-operations",
        HoldReason.Review => "risk",
        HoldReason.AmountChanged or HoldReason.DocumentRefused => "finance",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason nobody has decided about."),
    };

    /// <summary>Checks what a person sent; null when it may be done, otherwise a sentence for that person.</summary>
    public static string? Refusal(HoldReason reason, HoldAction? action, string? actor, string? why, string? evidence)
    {
        var allowed = string.Join(", ", Allowed(reason).Select(Name));
        return action switch
        {
            null => $"No such action. Allowed here: {allowed}.",
            _ when !Allowed(reason).Contains(action.Value) => $"'{Name(action.Value)}' is not allowed for a hold because of {Name(reason)}. Allowed here: {allowed}.",
            _ when string.IsNullOrWhiteSpace(actor) => "'actor' is missing: who decides this?",
            _ when string.IsNullOrWhiteSpace(why) => "'reason' is missing: why is this right?",
            HoldAction.MarkSucceeded when string.IsNullOrWhiteSpace(evidence) => "'evidence' is missing: the provider's id of the payment, such as pi_...",
            _ => null,
        };
    }

    /// <summary>The snake_case name that the API, the signals and the tables use.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
