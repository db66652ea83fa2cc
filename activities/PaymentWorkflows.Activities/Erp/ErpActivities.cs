using Microsoft.Extensions.Logging;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Erp;

/// <summary>The steps that keep the ERP in line, over whichever ERP is registered.</summary>
public sealed partial class ErpActivities(ErpPoster poster, ILogger<ErpActivities> logger) : IErpActivities
{
    [Activity("post_erp_document")]
    public async Task<StepVerdict> PostAsync(ErpDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            var verdict = await poster.PostAsync(document, ActivityExecutionContext.Current.CancellationToken);
            LogVerdict(document.Number, verdict);
            return verdict;
        }
        catch (ErpUnavailableException down)
        {
            LogUnavailable(document.Number, down.Message, down.RetryAfter);
            throw new ApplicationFailureException(
                down.Message, down, ErrorTypes.ErpUnavailable, nextRetryDelay: down.RetryAfter, category: ApplicationErrorCategory.Benign);
        }
        catch (DocumentConflictException conflict)
        {
            throw new ApplicationFailureException(conflict.Message, conflict, ErrorTypes.DocumentConflict, nonRetryable: true);
        }
    }

    [LoggerMessage(2200, LogLevel.Information, "ERP document {Number}: {Verdict}")]
    private partial void LogVerdict(string number, StepVerdict verdict);

    [LoggerMessage(2201, LogLevel.Warning, "ERP document {Number} is not posted yet: {Message} Again in {Delay}")]
    private partial void LogUnavailable(string number, string message, TimeSpan? delay);
}
