using PaymentWorkflows.Contracts.Tax;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>Computes tax: Stripe Tax and the like.</summary>
public interface ITaxEngine
{
    /// <summary>Whether there is an engine behind this port; without one a checkout with automatic tax is refused before it begins.</summary>
    bool IsConfigured { get; }

    /// <summary>Computes the tax on the request's lines.</summary>
    Task<TaxResult> CalculateAsync(TaxRequest request, CancellationToken cancellationToken);
}
