namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>What can be made to go wrong with a request. Names on the wire are snake_case, <see cref="Stored500"/> is <c>stored_500</c>.</summary>
internal enum FaultKind
{
    /// <summary>Executed and committed; the connection is held without an answer.</summary>
    CommitThenHang,

    /// <summary>Executed and committed; then a TCP reset.</summary>
    CommitThenReset,

    /// <summary>Not executed; the connection is held, then closed.</summary>
    HangThenDrop,

    /// <summary>A 500 that is saved under the key and replayed; executed only when <c>committed</c> says so.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("stored_500")]
    Stored500,

    /// <summary>429 with <c>Stripe-Rate-Limited-Reason</c>; not executed.</summary>
    RateLimited,

    /// <summary>429 with code <c>lock_timeout</c>; not executed.</summary>
    LockTimeout,

    /// <summary>Waits, then goes on as usual; the key is in flight meanwhile.</summary>
    Slow,

    /// <summary>401, as for a revoked key; not executed.</summary>
    Unauthorized,

    /// <summary>403, as for a key without the permission; not executed.</summary>
    Forbidden,

    /// <summary>Executed with an amount that is one minor unit higher.</summary>
    WrongAmount,

    /// <summary>Executed in another currency.</summary>
    WrongCurrency,

    /// <summary>Executed as asked, but the answer says status <c>canceled</c>.</summary>
    WrongState,

    /// <summary>400 with code <c>balance_insufficient</c>; not executed, saved under the key.</summary>
    BalanceInsufficient,

    /// <summary>400 with code <c>charge_disputed</c>; not executed, saved under the key.</summary>
    ChargeDisputed,

    /// <summary>400 with code <c>charge_not_refundable</c>; not executed, saved under the key.</summary>
    ChargeNotRefundable,

    /// <summary>400 with code <c>failed_tax_calculation</c>; not executed, saved under the key.</summary>
    FailedTaxCalculation,

    /// <summary>503; not executed.</summary>
    Unavailable,

    /// <summary>Search does not see objects younger than <c>delay_ms</c>.</summary>
    SearchLag,
}
