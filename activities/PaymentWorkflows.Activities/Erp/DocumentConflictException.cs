namespace PaymentWorkflows.Activities.Erp;

/// <summary>One document number came with two contents: a mistake in our code; nothing was sent.</summary>
public sealed class DocumentConflictException(string number)
    : InvalidOperationException($"Document number '{number}' stands for another content; nothing was sent.")
{
    public string Number { get; } = number;
}
