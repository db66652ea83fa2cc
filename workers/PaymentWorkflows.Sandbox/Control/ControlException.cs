namespace PaymentWorkflows.Sandbox.Control;

/// <summary>A control request that is wrong; the message says what is allowed.</summary>
internal sealed class ControlException(string message, string? param = null) : Exception(message)
{
    public string? Param => param;
}
