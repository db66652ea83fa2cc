using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>Computes tax: Stripe Tax and the like.</summary>
/// <exception cref="ProviderBusyException">The engine did nothing and says when to try again; thrown by every member.</exception>
/// <exception cref="TaxUnresolvedException">There was no usable answer; asking again is safe; thrown by every member.</exception>
public interface ITaxEngine
{
    /// <summary>Whether there is an engine behind this port; without one a checkout with automatic tax is refused before it begins.</summary>
    bool IsConfigured { get; }

    /// <summary>Computes the tax on the request's lines.</summary>
    /// <exception cref="TaxRefusedException">The engine refuses, or its answer cannot be right.</exception>
    Task<TaxResult> CalculateAsync(TaxRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a calculation a tax transaction, once for its key; answers as <see cref="ITaxActivities.CommitAsync"/>.</summary>
    Task<StepVerdict> CommitAsync(CommitTaxRequest request, CancellationToken cancellationToken);

    /// <summary>Takes back a part of a tax transaction, once for its key.</summary>
    Task<StepVerdict> ReverseAsync(ReverseTaxRequest request, CancellationToken cancellationToken);
}
