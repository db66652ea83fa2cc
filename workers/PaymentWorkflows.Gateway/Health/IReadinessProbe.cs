namespace PaymentWorkflows.Gateway.Health;

/// <summary>One thing this process cannot do without.</summary>
public interface IReadinessProbe
{
    /// <summary>Its name in the answer, such as <c>database</c>.</summary>
    string Name { get; }

    /// <summary>Throws when it cannot be reached.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
