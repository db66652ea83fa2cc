namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>What becomes of refunds to a card.</summary>
internal enum RefundBehavior
{
    /// <summary>Succeeded at once.</summary>
    Immediate,

    /// <summary>Pending first, succeeded some seconds later.</summary>
    PendingThenSucceeded,

    /// <summary>Succeeded first, failed some seconds later.</summary>
    SucceededThenFailed,
}
