using Microsoft.Extensions.Logging;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Erp;

/// <summary>The steps that keep the ERP in line, over whichever ERP is registered.</summary>
public sealed partial class ErpActivities(ErpPoster poster, ShortTries shortTries, ILogger<ErpActivities> logger) : IErpActivities
{
    [Activity("post_erp_documents")]
    public async Task<StepVerdict> PostAsync(ErpDocumentSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var context = ActivityExecutionContext.Current;
        var number = set.Documents[0].Number;
        try
        {
            using var slot = context.Info.IsLocal ? await shortTries.EnterAsync(context.CancellationToken) : null;
            StepVerdict? first = null;
            foreach (var document in set.Documents)
            {
                number = document.Number;
                var verdict = await poster.PostAsync(document, slot?.Patience, context.CancellationToken);
                LogVerdict(number, verdict);
                if (verdict is not StepVerdict.Done)
                {
                    return verdict;
                }

                first ??= verdict;
            }

            return first!;
        }
        catch (ErpUnavailableException down)
        {
            LogUnavailable(number, down.Message, down.RetryAfter);
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
