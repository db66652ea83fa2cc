namespace PaymentWorkflows.Vendors.SimpleErp;

/// <summary>One ERP, and how it is spoken to.</summary>
public sealed record SimpleErpConnection
{
    /// <summary>Base address of its API; the sandbox's in the local stack.</summary>
    public required Uri BaseUrl { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>How long a call may take before it counts as unanswered.</summary>
    public required TimeSpan Timeout { get; init; }

    // The key is nobody's to read.
    public override string ToString() => $"ERP at {BaseUrl.Host}";
}
