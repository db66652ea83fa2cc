using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>An answer that is an error, in the provider's own shape.</summary>
internal sealed class StripeException : Exception
{
    public StripeException(int status, JsonObject error, bool saved)
        : base((string?)error["message"])
    {
        Status = status;
        Error = error;
        Saved = saved;
    }

    /// <summary>HTTP status of the answer.</summary>
    public int Status { get; }

    /// <summary>The content of <c>error</c>.</summary>
    public JsonObject Error { get; }

    /// <summary>Whether the answer is kept under the idempotency key: false for what is refused before execution begins.</summary>
    public bool Saved { get; }
}
