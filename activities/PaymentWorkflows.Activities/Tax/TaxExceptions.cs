using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>The tax engine refuses to compute: the same request would be refused again.</summary>
/// <param name="code">The engine's code.</param>
/// <param name="message">For people.</param>
/// <param name="reason">What a person has to look at.</param>
public sealed class TaxRefusedException(string code, string message, HoldReason reason) : Exception(message)
{
    public string Code { get; } = code;
    public HoldReason Reason { get; } = reason;

    /// <summary>Whether the customer can mend it: an address or a tax number that the engine cannot work with.</summary>
    public bool IsCustomers { get; init; }
}

/// <summary>The tax engine gave no usable answer; asking again is safe.</summary>
public sealed class TaxUnresolvedException(string message) : Exception(message);
