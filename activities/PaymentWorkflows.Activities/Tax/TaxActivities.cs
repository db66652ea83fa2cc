using PaymentWorkflows.Contracts.Tax;
using Temporalio.Activities;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>The tax steps, over whichever engine is registered.</summary>
public sealed class TaxActivities(ITaxEngine engine) : ITaxActivities
{
    [Activity("calculate_tax")]
    public Task<TaxResult> CalculateAsync(TaxRequest request) => engine.CalculateAsync(request, ActivityExecutionContext.Current.CancellationToken);
}
