namespace PaymentWorkflows.Cli.Stack;

/// <summary>The local stack cannot do what was asked. The message is one sentence for a person; <c>pay</c> prints it and exits with 1.</summary>
public sealed class StackException : Exception
{
    public StackException(string message)
        : base(message)
    {
    }

    public StackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The code of the Gateway's error, when it is the Gateway that says no; null otherwise.</summary>
    public string? Refusal { get; init; }
}
