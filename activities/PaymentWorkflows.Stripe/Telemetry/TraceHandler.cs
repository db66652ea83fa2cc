using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Stripe.Limits;
using PaymentWorkflows.Stripe.Payments;

namespace PaymentWorkflows.Stripe.Telemetry;

/// <summary>A span around each request to Stripe and how long it took, by endpoint: ids, queries and bodies stay out.</summary>
public sealed class TraceHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly Histogram<double> Duration = Meters.Own.CreateHistogram<double>(
        "payments.provider.request.duration", "s", "How long requests to payment providers took, by endpoint and answer.");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var endpoint = RateLimitHandler.Endpoint(request.Method, request.RequestUri!.AbsolutePath);
        using var span = Spans.Start($"stripe {endpoint}", ActivityKind.Client);
        span?.SetTag(TelemetryNames.Provider, StripePaymentProvider.ProviderName);
        span?.SetTag(TelemetryNames.ProviderEndpoint, endpoint);
        span?.SetTag(TelemetryNames.Method, request.Method.Method);
        var begin = Stopwatch.GetTimestamp();
        var answer = "connection_lost";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            answer = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            span?.SetTag(TelemetryNames.Status, (int)response.StatusCode);
            span?.SetTag(TelemetryNames.ProviderRequest, response.Headers.TryGetValues("Request-Id", out var ids) ? ids.FirstOrDefault() : null);
            if ((int)response.StatusCode >= 400)
            {
                // A refused card is 402: what it means is the step's to say.
                span.Fail(answer);
            }

            return response;
        }
        catch (OperationCanceledException)
        {
            answer = "timeout";
            span.Fail(answer);
            throw;
        }
        catch (HttpRequestException)
        {
            span.Fail(answer);
            throw;
        }
        finally
        {
            Duration.Record(
                Stopwatch.GetElapsedTime(begin).TotalSeconds,
                new("provider", StripePaymentProvider.ProviderName), new("endpoint", endpoint), new("answer", answer));
        }
    }
}
