namespace PaymentWorkflows.Hosting.Health;

/// <summary>Something a process needs before it can do its work.</summary>
public interface IReadinessProbe
{
    /// <summary>Its name in the answer, such as <c>database</c>.</summary>
    string Name { get; }

    /// <summary>Null when it is there; otherwise what is wrong, in a sentence without secrets.</summary>
    Task<string?> ProbeAsync(CancellationToken cancellationToken);
}
