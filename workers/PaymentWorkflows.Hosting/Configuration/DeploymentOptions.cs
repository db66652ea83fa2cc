namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>
/// The Temporal worker deployment that the workers of sagas belong to: a saga stays with the build that began it. Left out, the workers are
/// unversioned, and any of them goes on with any saga.
/// </summary>
public sealed record DeploymentOptions
{
    /// <summary>Name of the deployment: all builds of all workers that run sagas share it.</summary>
    public string Name { get; init; } = "payments";

    /// <summary>Which build this is; null is what the sagas' assembly says of itself, its informational version.</summary>
    public string? BuildId { get; init; }
}
