namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>The ERP that documents are posted to.</summary>
public sealed record ErpOptions
{
    /// <summary>Base address of its API; the sandbox's in the local stack.</summary>
    public required string BaseUrl { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>How long one call may take; a step makes at most three.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that one step may take.</summary>
    public TimeSpan LongestStep => Timeout * 3;
}
