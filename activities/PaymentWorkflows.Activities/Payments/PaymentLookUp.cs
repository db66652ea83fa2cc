using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>Finds the payment of an attempt whose answer never came.</summary>
public static class PaymentLookUp
{
    /// <summary>By the payment that an event named, if it is this attempt's, else by the attempt's key: the provider's search may be behind.</summary>
    /// <param name="provider">Who is asked.</param>
    /// <param name="seen">The provider's id that an event named; null when none did.</param>
    /// <param name="key">The attempt.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<MoneyVerdict> FindAsync(IPaymentProvider provider, string? seen, AttemptKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return seen is not null && await provider.ReadAsync(seen, cancellationToken) is { Facts: { } facts } named && facts.AttemptKey == key.Value
            ? named
            : await provider.FindAsync(key, cancellationToken);
    }
}
