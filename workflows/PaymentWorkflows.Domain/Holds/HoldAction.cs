namespace PaymentWorkflows.Domain.Holds;

/// <summary>What a person may tell a held saga to do.</summary>
public enum HoldAction
{
    /// <summary>Do the step again (the attempts table and a look-up keep it from happening twice).</summary>
    Retry,

    /// <summary>Do the step again with something changed that the hold allows to change.</summary>
    RetryWithChange,

    /// <summary>A reviewed payment is right: go on.</summary>
    Approve,

    /// <summary>A reviewed payment is wrong: take it back.</summary>
    Reject,

    /// <summary>Take back what was done and end the saga.</summary>
    Compensate,

    /// <summary>It has happened: here is the provider's id as evidence. The saga checks it with the provider.</summary>
    MarkSucceeded,

    /// <summary>Go on without this step; for compensations: somebody settles it outside.</summary>
    Skip,

    /// <summary>Wait longer.</summary>
    ExtendDeadline,
}
