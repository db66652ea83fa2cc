namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>The faults of the played services.</summary>
internal enum ServiceFaultKind
{
    /// <summary>Nobody is there: the connection is reset and nothing is done.</summary>
    Down,

    /// <summary>Not executed, answered with 503.</summary>
    Unavailable,

    /// <summary>Waits, then goes on as usual.</summary>
    Slow,

    /// <summary>A request that is no read: not executed; answered with a refusal of the request itself.</summary>
    Refuse,

    /// <summary>Not executed; answered with 401, as for a wrong key or secret.</summary>
    Unauthorized,

    /// <summary>Executed and kept; the connection is held without an answer.</summary>
    CommitThenHang,
}
