namespace PaymentWorkflows.Contracts.Provider;

/// <summary>Tells a saga to look: the payload is never trusted as the outcome, the provider is asked.</summary>
/// <param name="EventId">The provider's event id; each is heeded once.</param>
/// <param name="Type">The provider's event type, for people.</param>
/// <param name="PaymentId">The provider's payment that it is about.</param>
public sealed record ProviderEventSignal(string EventId, string Type, string? PaymentId)
{
    /// <summary>The provider's refund that it is about; null when it is about none.</summary>
    public string? RefundId { get; init; }
}
