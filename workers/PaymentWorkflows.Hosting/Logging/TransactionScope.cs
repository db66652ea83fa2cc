using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Hosting.Logging;

/// <summary>The transaction that the current asynchronous flow works on; every log line written in it names it.</summary>
public static class TransactionScope
{
    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>The id, or null outside of any transaction.</summary>
    public static string? Current => Ambient.Value;

    /// <summary>Sets the transaction for what follows in this flow; disposing restores the one before.</summary>
    public static IDisposable Enter(TransactionId? transaction)
    {
        var before = Ambient.Value;
        Ambient.Value = transaction?.Value ?? before;
        return new Restore(before);
    }

    private sealed class Restore(string? before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}
