using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Sale;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Sale;

/// <summary>Tells the tax engine and the ERP of a sale at once.</summary>
public sealed class SaleActivities(TaxActivities tax, ErpActivities erp) : ISaleActivities
{
    [Activity("post_sale")]
    public async Task<SalePosted> PostAsync(SaleToPost sale)
    {
        ArgumentNullException.ThrowIfNull(sale);

        // Both are awaited, whatever becomes of one: none works on when the step has ended.
        var told = await Task.WhenAll(VerdictAsync(tax.CommitAsync(sale.Tax)), VerdictAsync(erp.PostAsync(sale.Documents)));
        return new SalePosted(told[0], told[1]);
    }

    /// <summary>Null for a failure: the step of its own meets it again, and is tried again or held as it says.</summary>
    private static async Task<StepVerdict?> VerdictAsync(Task<StepVerdict> step)
    {
        try
        {
            return await step;
        }
        catch (ApplicationFailureException)
        {
            return null;
        }
    }
}
