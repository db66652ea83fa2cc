using System.Diagnostics;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>
/// The span of one request: it goes on with the caller's <c>traceparent</c>, whose decision whether to trace counts, and names the route's
/// pattern, never the path.
/// </summary>
internal sealed class RequestTrace : IDisposable
{
    private static readonly HashSet<string> Methods = new(StringComparer.Ordinal) { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };

    private readonly HttpContext http;
    private readonly Activity span;

    private RequestTrace(HttpContext http, Activity span) => (this.http, this.span) = (http, span);

    /// <summary>Starts it; null when nothing is traced, and for what supervisors ask each second.</summary>
    public static RequestTrace? Start(HttpContext http)
    {
        // The framework may have an activity of its own, which knows nothing of what we trace.
        Activity.Current = null;
        if (http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal))
        {
            return null;
        }

        var parent = Spans.Parse(One(http, "traceparent"), One(http, "tracestate"));
        return Spans.Source.StartActivity(Method(http), ActivityKind.Server, parent) is { } span ? new RequestTrace(http, span) : null;
    }

    /// <summary>Says what the request was about and what became of it.</summary>
    public void End(CallContext call)
    {
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? Method(http) : $"{Method(http)} {route}";
        span.SetTag(TelemetryNames.Method, Method(http));
        span.SetTag(TelemetryNames.Route, route);
        span.SetTag(TelemetryNames.Status, http.Response.StatusCode);
        span.SetTag(TelemetryNames.RequestId, call.RequestId);
        span.SetTag(TelemetryNames.TransactionId, call.TransactionId.Value);
        span.SetTag(TelemetryNames.WorkflowId, call.WorkflowId);
        span.SetTag(TelemetryNames.Merchant, call.Merchant?.Value);
        span.SetTag(TelemetryNames.CheckoutId, call.CheckoutId?.Value);
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.Fail(http.Response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public void Dispose() => span.Dispose();

    // A header that holds a card number is not gone on with: a trace may begin anew.
    private static string? One(HttpContext http, string header) =>
        http.Request.Headers[header] is [{ } value] && !(header == "tracestate" ? CardNumbers.IsIn(value) : CardNumbers.IsWordIn(value) || CardNumbers.IsOfBrandIn(value)) ? value : null;

    /// <summary>The method, of those that there are: any word may be sent as one.</summary>
    public static string Method(HttpContext http) => Methods.Contains(http.Request.Method) ? http.Request.Method : "HTTP";
}
