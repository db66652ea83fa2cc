namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary>What becomes of a refund that the available balance does not cover.</summary>
internal enum ShortBalance
{
    /// <summary>It is made all the same; the balance goes below zero, as it may in test mode.</summary>
    Overdraw,

    /// <summary>It is pending until the balance covers it.</summary>
    Pending,

    /// <summary>It is refused with <c>balance_insufficient</c>.</summary>
    Refuse,
}
