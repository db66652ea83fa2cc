namespace PaymentWorkflows.Postgres;

/// <summary>The SQLSTATEs that this code branches on.</summary>
internal static class SqlStates
{
    /// <summary>A ledger reference was booked with other postings (raised by <c>pay.refuse_conflict</c>).</summary>
    public const string LedgerConflict = "PW001";

    public const string SerializationFailure = "40001";
    public const string DeadlockDetected = "40P01";
}
