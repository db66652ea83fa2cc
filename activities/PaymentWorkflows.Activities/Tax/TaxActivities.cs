using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>The tax steps, over whichever engine is registered.</summary>
public sealed class TaxActivities(ITaxEngine engine) : ITaxActivities
{
    [Activity("calculate_tax")]
    public Task<TaxResult> CalculateAsync(TaxRequest request) => engine.CalculateAsync(request, ActivityExecutionContext.Current.CancellationToken);

    [Activity("commit_tax")]
    public Task<StepVerdict> CommitAsync(CommitTaxRequest request) => engine.CommitAsync(request, ActivityExecutionContext.Current.CancellationToken);

    [Activity("reverse_tax")]
    public Task<StepVerdict> ReverseAsync(ReverseTaxRequest request) => engine.ReverseAsync(request, ActivityExecutionContext.Current.CancellationToken);
}
