using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>A deployment without a tax engine: its prices are what customers pay.</summary>
public sealed class NoTaxEngine : ITaxEngine
{
    public bool IsConfigured => false;

    /// <exception cref="ApplicationFailureException">Always: an amount without its tax must not be charged unseen.</exception>
    public Task<TaxResult> CalculateAsync(TaxRequest request, CancellationToken cancellationToken) => throw NotConfigured();

    /// <exception cref="ApplicationFailureException">Always: nothing was computed here.</exception>
    public Task<StepVerdict> CommitAsync(CommitTaxRequest request, CancellationToken cancellationToken) => throw NotConfigured();

    /// <exception cref="ApplicationFailureException">Always: nothing was committed here.</exception>
    public Task<StepVerdict> ReverseAsync(ReverseTaxRequest request, CancellationToken cancellationToken) => throw NotConfigured();

    private static ApplicationFailureException NotConfigured() =>
        new("No tax engine is configured here.", ErrorTypes.InvalidCheckout, nonRetryable: true);
}
