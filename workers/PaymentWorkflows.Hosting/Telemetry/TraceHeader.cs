using System.Diagnostics;
using PaymentWorkflows.Contracts.Telemetry;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>
/// The trace context in Temporal headers: a W3C carrier under the name that Temporal's own interceptors of all languages use, so that
/// their callers and ours are in one trace.
/// </summary>
internal static class TraceHeader
{
    public const string Name = "_tracer-data";

    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>The context that the headers carry; the default when they carry none.</summary>
    public static ActivityContext Read(IReadOnlyDictionary<string, Payload>? headers) =>
        HeaderPayloads.Read(headers, Name) is { } carrier ? Spans.Parse(carrier.GetValueOrDefault(Parent), carrier.GetValueOrDefault(State)) : default;

    public static void Write(IDictionary<string, Payload> headers, ActivityContext context)
    {
        if (context == default)
        {
            return;
        }

        var carrier = new Dictionary<string, string> { [Parent] = TraceParent(context) };
        if (!string.IsNullOrEmpty(context.TraceState))
        {
            carrier[State] = context.TraceState;
        }

        headers[Name] = DataConverter.Default.PayloadConverter.ToPayload(carrier);
    }

    /// <summary>A new map of headers with the context and the subject; those that were there stay.</summary>
    public static IDictionary<string, Payload> With(IDictionary<string, Payload>? headers, ActivityContext context, SagaSubject subject)
    {
        var written = headers is null ? [] : new Dictionary<string, Payload>(headers);
        Write(written, context);
        subject.Write(written);
        return written;
    }

    private static string TraceParent(ActivityContext context) =>
        $"00-{context.TraceId}-{context.SpanId}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
}
