using System.Diagnostics;
using System.Globalization;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using Temporalio.Api.Common.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;
using SearchAttributes = PaymentWorkflows.Contracts.SearchAttributes;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>
/// The spans of one run. The run's own is emitted when it ends, with its true begin, and never on replay; its id is settled from the
/// start, so that everything in the run hangs on it on whichever worker. What reaches the run - signals, updates - is a short span under
/// it, linked to the trace of whoever sent it. Nothing here changes what the workflow does: no command, no waiting.
/// </summary>
internal sealed class TracedWorkflow(WorkflowInboundInterceptor next, double sample) : WorkflowInboundInterceptor(next)
{
    private const string RunSpan = "run";

    private ActivityContext caller;
    private ActivityContext run;
    private SagaSubject subject = SagaSubject.None;
    private bool isReady;
    private int received;

    public override void Init(WorkflowOutboundInterceptor outbound) => base.Init(new Outbound(outbound, this));

    public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
    {
        Prepare();
        Learn(SagaSubject.Of(input.Args));
        SagaMeters.Started();
        try
        {
            var result = await base.ExecuteWorkflowAsync(input);
            End(null);
            return result;
        }
        catch (Exception failure) when (Ends(failure))
        {
            End(failure);
            throw;
        }
    }

    public override Task HandleSignalAsync(HandleSignalInput input)
    {
        // A signal that nobody knows may have any name.
        Receive($"HandleSignal:{input.Definition.Name ?? "unknown"}", input.Headers);
        return base.HandleSignalAsync(input);
    }

    public override Task<object?> HandleUpdateAsync(HandleUpdateInput input)
    {
        Receive($"HandleUpdate:{input.Update}", input.Headers);
        return base.HandleUpdateAsync(input);
    }

    public override object? HandleQuery(HandleQueryInput input)
    {
        // A query is no part of the run's history: its span belongs to whoever asks.
        var asking = TraceHeader.Read(input.Headers);
        using var span = asking == default ? null : Spans.Source.StartActivity($"HandleQuery:{input.Query}", ActivityKind.Server, asking);
        Tag(span);
        return base.HandleQuery(input);
    }

    /// <summary>The saga's ids: what the start told, what the steps told since, and what the search attributes say.</summary>
    internal void Learn(SagaSubject told) => subject = told.Or(subject);

    internal IDictionary<string, Payload> Headers(IDictionary<string, Payload>? headers, IReadOnlyCollection<object?>? arguments)
    {
        Prepare();
        Learn(SagaSubject.Of(arguments ?? []));
        return TraceHeader.With(headers, run, subject);
    }

    /// <summary>A run that goes on as a new one stays where the first one hung.</summary>
    internal IDictionary<string, Payload> HeadersOfNextRun(IDictionary<string, Payload>? headers) => TraceHeader.With(headers, caller == default ? run : caller, subject);

    /// <summary>Signals may come before the run begins, so whoever is first settles its place in the trace.</summary>
    private void Prepare()
    {
        if (isReady)
        {
            return;
        }

        isReady = true;
        var info = Workflow.Info;
        subject = SagaSubject.Read(info.Headers);
        caller = TraceHeader.Read(info.Headers);
        if (!Spans.Source.HasListeners() && caller == default)
        {
            return;
        }

        var trace = caller == default ? SettledSpans.TraceId(info.RunId) : caller.TraceId;
        var flags = caller != default ? caller.TraceFlags : StartSampler.Takes(trace, sample) ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None;
        run = SettledSpans.IsPossible
            ? new ActivityContext(trace, SettledSpans.SpanId(info.RunId, RunSpan), flags, caller.TraceState, isRemote: true)
            : caller;
    }

    private bool IsSampled => run.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);

    private void Receive(string name, IReadOnlyDictionary<string, Payload>? headers)
    {
        Prepare();
        var number = ++received;
        if (Workflow.Unsafe.IsReplaying || !IsSampled)
        {
            return;
        }

        var sender = TraceHeader.Read(headers);
        ActivityLink[]? links = sender == default ? null : [new ActivityLink(sender)];
        using var span = Spans.Source.StartActivity(name, ActivityKind.Server, run, links: links);
        if (span is not null)
        {
            SettledSpans.SetId(span, SettledSpans.SpanId(Workflow.Info.RunId, string.Create(CultureInfo.InvariantCulture, $"{name}/{number}")));
            Tag(span);
        }
    }

    private void End(Exception? failure)
    {
        LearnFromSearchAttributes();
        var outcome = Outcome(failure);
        SagaMeters.Ended(outcome);
        if (Workflow.Unsafe.IsReplaying || !IsSampled)
        {
            return;
        }

        var info = Workflow.Info;
        var name = $"RunWorkflow:{info.WorkflowType}";
        KeyValuePair<string, object?>[]? decided = caller == default ? [new(StartSampler.Decided, true)] : null;
        using var span = StartRun(name, decided, info.WorkflowStartTime);
        if (span is null)
        {
            return;
        }

        if (caller == default)
        {
            SettledSpans.SetTrace(span, run.TraceId);
        }

        SettledSpans.SetId(span, run.SpanId);
        Tag(span);
        span.SetTag(TelemetryNames.Outcome, outcome);
        if (failure is not null and not ContinueAsNewException and not OperationCanceledException)
        {
            span.Fail(failure is ApplicationFailureException { ErrorType: { } type } ? type : failure.GetType().Name);
        }
    }

    private Activity? StartRun(string name, KeyValuePair<string, object?>[]? decided, DateTime begin)
    {
        var before = Activity.Current;
        try
        {
            Activity.Current = null;
            return Spans.Source.StartActivity(name, ActivityKind.Server, caller, decided, startTime: begin);
        }
        finally
        {
            Activity.Current = before;
        }
    }

    private void LearnFromSearchAttributes()
    {
        var attributes = Workflow.TypedSearchAttributes;
        Learn(new SagaSubject(
            attributes.ContainsKey(SearchAttributes.TransactionId) && TransactionId.TryParse(attributes.Get(SearchAttributes.TransactionId), null, out var transaction) ? transaction : null,
            attributes.ContainsKey(SearchAttributes.MerchantId) && MerchantId.TryParse(attributes.Get(SearchAttributes.MerchantId), null, out var merchant) ? merchant : null,
            null));
    }

    private void Tag(Activity? span)
    {
        subject.Tag(span);
        span?.SetTag(TelemetryNames.WorkflowId, Workflow.Info.WorkflowId);
        span?.SetTag(TelemetryNames.WorkflowType, Workflow.Info.WorkflowType);
        span?.SetTag(TelemetryNames.RunId, Workflow.Info.RunId);
    }

    /// <summary>Whether the run ends with it; anything else fails the workflow task, which is run again.</summary>
    private static bool Ends(Exception failure) =>
        failure is FailureException or ContinueAsNewException || (failure is OperationCanceledException && Workflow.CancellationToken.IsCancellationRequested);

    private static string Outcome(Exception? failure) => failure switch
    {
        ContinueAsNewException => "continued",
        OperationCanceledException => "canceled",
        not null when TemporalException.IsCanceledException(failure) => "canceled",
        not null => "error",
        null when Workflow.TypedSearchAttributes.ContainsKey(SearchAttributes.PaymentStage) => Workflow.TypedSearchAttributes.Get(SearchAttributes.PaymentStage),
        _ => "ended",
    };

    private sealed class Outbound(WorkflowOutboundInterceptor next, TracedWorkflow inbound) : WorkflowOutboundInterceptor(next)
    {
        public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) =>
            base.ScheduleActivityAsync<TResult>(input with { Headers = inbound.Headers(input.Headers, input.Args) });

        public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
            base.ScheduleLocalActivityAsync<TResult>(input with { Headers = inbound.Headers(input.Headers, input.Args) });

        public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
            base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = inbound.Headers(input.Headers, input.Args) });

        public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) =>
            base.SignalChildWorkflowAsync(input with { Headers = inbound.Headers(input.Headers, null) });

        public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) =>
            base.SignalExternalWorkflowAsync(input with { Headers = inbound.Headers(input.Headers, null) });

        public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) =>
            base.CreateContinueAsNewException(input with { Headers = inbound.HeadersOfNextRun(input.Headers) });
    }
}
