using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Worker.Merchants;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>Posts one signed notice. Only an answer of 2xx counts; redirects are not followed, and of the answer's body little is read and nothing kept.</summary>
public sealed class NoticeSender(IHttpClientFactory clients, TimeProvider clock)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "notices";

    private static readonly Counter<long> Sent = Meters.Own.CreateCounter<long>("payments.notices.sent", "{notice}", "Tries to tell app backends, by what became of them.");

    private const int MostOfTheAnswer = 4_096;

    /// <summary>Sends it; null when the backend took it, else why not. Gives the status in both cases.</summary>
    public async Task<(int? Status, string? Error)> SendAsync(MerchantEndpoint endpoint, TakenNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(notice);
        using var span = Spans.Start($"notify {notice.Type}", ActivityKind.Producer, notice.TraceParent);
        span?.SetTag(TelemetryNames.TransactionId, notice.TransactionId.Value);
        span?.SetTag(TelemetryNames.Merchant, notice.Merchant.Value);
        span?.SetTag(TelemetryNames.CheckoutId, notice.CheckoutId.Value);
        span?.SetTag(TelemetryNames.WorkflowId, notice.WorkflowId);
        span?.SetTag(TelemetryNames.EventId, notice.EventId);
        span?.SetTag(TelemetryNames.EventType, notice.Type);
        var (status, error) = await PostAsync(endpoint, notice, span?.Id ?? notice.TraceParent, cancellationToken);
        span?.SetTag(TelemetryNames.Status, status);
        if (error is not null)
        {
            span.Fail(status is null ? "no_answer" : "not_taken");
        }

        Sent.Add(1, new("outcome", error is null ? "taken" : status is null ? "no_answer" : "not_taken"), new("type", notice.Type));
        return (status, error);
    }

    private async Task<(int? Status, string? Error)> PostAsync(MerchantEndpoint endpoint, TakenNotice notice, string? traceParent, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(endpoint.Timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = Request(endpoint, notice, traceParent);
            using var client = clients.CreateClient(Client);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            await FinishAsync(response, stop.Token);
            var status = (int)response.StatusCode;
            return (status, response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"answered {status}"));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"no answer within {endpoint.Timeout.TotalSeconds} s"));
        }
        catch (HttpRequestException failure)
        {
            return (null, $"not reached: {failure.HttpRequestError}");
        }
    }

    private HttpRequestMessage Request(MerchantEndpoint endpoint, TakenNotice notice, string? traceParent)
    {
        var request = SignedRequest.Post(endpoint, notice.EventId, NoticeEvent.Write(notice), notice.TransactionId, clock.GetUtcNow());
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        return request;
    }

    /// <summary>Reads a short answer to its end, so that the connection can be used again; a long or broken one costs the connection.</summary>
    private static async Task FinishAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await SignedRequest.ReadAsync(response, MostOfTheAnswer, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status says it all; what the body would have said does not matter.
        }
    }
}
