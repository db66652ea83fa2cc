using System.Diagnostics;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Hosting.Logging;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Interceptors;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>A span around each try of a step, under the run that asked for it; what the step does is traced within.</summary>
internal sealed class TracedActivity(ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
{
    public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
    {
        var info = ActivityExecutionContext.Current.Info;
        var subject = SagaSubject.Of(input.Args).Or(SagaSubject.Read(input.Headers));
        using var scope = TransactionScope.Enter(subject.Transaction);
        using var span = Spans.Source.StartActivity($"RunActivity:{info.ActivityType}", ActivityKind.Server, TraceHeader.Read(input.Headers));
        subject.Tag(span);
        span?.SetTag(TelemetryNames.WorkflowId, info.WorkflowId);
        span?.SetTag(TelemetryNames.RunId, info.WorkflowRunId);
        span?.SetTag(TelemetryNames.ActivityId, info.ActivityId);
        span?.SetTag(TelemetryNames.ActivityType, info.ActivityType);
        span?.SetTag(TelemetryNames.Attempt, info.Attempt);
        span?.SetTag(TelemetryNames.IsLocal, info.IsLocal);
        try
        {
            return await base.ExecuteActivityAsync(input);
        }
        catch (Exception failure) when (Note(span, failure))
        {
            throw;
        }
    }

    /// <summary>Never handles it; what is expected (a busy provider, a step that was called off) is no error.</summary>
    private static bool Note(Activity? span, Exception failure)
    {
        switch (failure)
        {
            case OperationCanceledException or CompleteAsyncException:
                span?.SetTag(TelemetryNames.Outcome, "canceled");
                break;
            case ApplicationFailureException { Category: ApplicationErrorCategory.Benign } expected:
                span?.SetTag(TelemetryNames.Outcome, expected.ErrorType);
                break;
            case ApplicationFailureException typed:
                span.Fail(typed.ErrorType ?? nameof(ApplicationFailureException));
                break;
            default:
                span.Fail(failure.GetType().Name);
                break;
        }

        return false;
    }
}
