namespace PaymentWorkflows.Domain.Holds;

/// <summary>What a person may tell a held saga to do.</summary>
public enum HoldAction
{
    /// <summary>Do the step again (the attempts table and a look-up keep it from happening twice).</summary>
    Retry,

    /// <summary>Take back what was done and end the saga.</summary>
    Compensate,

    /// <summary>It has happened: here is the provider's id as evidence. The saga checks it with the provider.</summary>
    MarkSucceeded,

    /// <summary>Go on without this step; for compensations: somebody settles it outside.</summary>
    Skip,

    /// <summary>Wait longer.</summary>
    ExtendDeadline,
}
