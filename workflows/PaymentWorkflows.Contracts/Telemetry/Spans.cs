using System.Diagnostics;

namespace PaymentWorkflows.Contracts.Telemetry;

/// <summary>
/// The product's spans, on .NET's own activities: while nothing listens to <see cref="Source"/> they cost nothing. Where a trace goes on
/// after a pause - a row, a header of a workflow - it is kept as a W3C <c>traceparent</c>.
/// </summary>
public static class Spans
{
    public static ActivitySource Source { get; } = new(TelemetryNames.Source);

    /// <summary>The <c>traceparent</c> of the current span; null outside of a trace.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>Starts a span that goes on with a kept trace; without one it goes on with the current span, or begins a trace.</summary>
    /// <param name="name">What is done: of few different values.</param>
    /// <param name="kind">Its side of the conversation.</param>
    /// <param name="traceParent">The kept <c>traceparent</c>; one that cannot be read counts as none.</param>
    /// <param name="linked">The <c>traceparent</c> of another trace that this has to do with.</param>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal, string? traceParent = null, string? linked = null)
    {
        var parent = Parse(traceParent);
        ActivityLink[]? links = Parse(linked) is var other && other != default && other.TraceId != parent.TraceId ? [new ActivityLink(other)] : null;
        return Source.StartActivity(name, kind, parent, links: links);
    }

    /// <summary>Reads a <c>traceparent</c>; the default for none, or for one that is none.</summary>
    public static ActivityContext Parse(string? traceParent, string? traceState = null) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var context) ? context : default;

    /// <summary>Notes that what the span is about went wrong. The error's type alone: its message may hold what a trace must not.</summary>
    public static void Fail(this Activity? span, string errorType)
    {
        span?.SetTag(TelemetryNames.ErrorType, errorType);
        span?.SetStatus(ActivityStatusCode.Error);
    }
}
