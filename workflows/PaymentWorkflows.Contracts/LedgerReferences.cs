namespace PaymentWorkflows.Contracts;

/// <summary>The references of business events in the books, where more than one place must know them.</summary>
public static class LedgerReferences
{
    /// <summary>The capture of one business attempt at an order.</summary>
    /// <param name="workflowId">The checkout's workflow id.</param>
    /// <param name="attempt">1 for the first attempt.</param>
    public static string Capture(string workflowId, int attempt) => $"{workflowId}:capture:{attempt}";
}
