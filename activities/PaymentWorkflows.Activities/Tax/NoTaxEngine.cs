using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Tax;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>A deployment without a tax engine: its prices are what customers pay.</summary>
public sealed class NoTaxEngine : ITaxEngine
{
    public bool IsConfigured => false;

    /// <exception cref="ApplicationFailureException">Always: an amount without its tax must not be charged unseen.</exception>
    public Task<TaxResult> CalculateAsync(TaxRequest request, CancellationToken cancellationToken) =>
        throw new ApplicationFailureException("No tax engine is configured here.", ErrorTypes.InvalidCheckout, nonRetryable: true);
}
