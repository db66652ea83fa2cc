using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>The tax steps, over whichever engine is registered.</summary>
public sealed class TaxActivities(ITaxEngine engine) : ITaxActivities
{
    [Activity("calculate_tax")]
    public Task<TaxResult> CalculateAsync(TaxRequest request) => GuardAsync(cancellation => engine.CalculateAsync(request, cancellation));

    [Activity("commit_tax")]
    public Task<StepVerdict> CommitAsync(CommitTaxRequest request) => GuardAsync(cancellation => engine.CommitAsync(request, cancellation));

    [Activity("reverse_tax")]
    public Task<StepVerdict> ReverseAsync(ReverseTaxRequest request) => GuardAsync(cancellation => engine.ReverseAsync(request, cancellation));

    /// <summary>Maps what engines throw to typed failures, in one place.</summary>
    private static async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> step)
    {
        try
        {
            return await step(ActivityExecutionContext.Current.CancellationToken);
        }
        catch (ProviderBusyException busy)
        {
            throw new ApplicationFailureException(
                busy.Message, busy, ErrorTypes.ProviderBusy, nextRetryDelay: busy.RetryAfter, category: Temporalio.Api.Enums.V1.ApplicationErrorCategory.Benign);
        }
        catch (TaxUnresolvedException open)
        {
            throw new ApplicationFailureException(open.Message, open, ErrorTypes.TaxUnresolved);
        }
        catch (TaxRefusedException refused)
        {
            throw new ApplicationFailureException(
                refused.Message,
                refused,
                refused.IsCustomers ? ErrorTypes.TaxDataInvalid : ErrorTypes.TaxRefused,
                nonRetryable: true,
                details: [new TaxFailure(refused.Code, refused.Reason)]);
        }
        catch (AttemptKeyReusedException reused)
        {
            throw new ApplicationFailureException(reused.Message, reused, ErrorTypes.AttemptKeyReused, nonRetryable: true);
        }
    }
}
