namespace PaymentWorkflows.Sandbox.Idempotency;

/// <summary>The first answer under a key.</summary>
/// <param name="Key">Account and key.</param>
/// <param name="Endpoint">Method and path of the first use.</param>
/// <param name="Hash">Hash of its parameters.</param>
/// <param name="Status">HTTP status that was saved.</param>
/// <param name="Body">Body that was saved.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="SavedAt">Milliseconds since 1970, by the sandbox's clock.</param>
internal sealed record IdempotencyRecord(
    string Key, string Endpoint, string Hash, int Status, string Body, string RequestId, long SavedAt)
{
    /// <summary>The provider may forget keys once they are at least this old.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public bool IsExpired(DateTimeOffset now) => now.ToUnixTimeMilliseconds() - SavedAt >= (long)Lifetime.TotalMilliseconds;
}
