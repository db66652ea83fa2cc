using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Contracts.Notices;
using PaymentWorkflows.Contracts.Telemetry;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>Posts one signed notice. Only an answer of 2xx counts; redirects are not followed, and of the answer's body little is read and nothing kept.</summary>
public sealed class NoticeSender(IHttpClientFactory clients, TimeProvider clock)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "notices";

    private static readonly Counter<long> Sent = Meters.Own.CreateCounter<long>("payments.notices.sent", "{notice}", "Tries to tell app backends, by what became of them.");

    private const int MostOfTheAnswer = 4_096;

    /// <summary>Sends it; null when the backend took it, else why not. Gives the status in both cases.</summary>
    public async Task<(int? Status, string? Error)> SendAsync(NoticeEndpoint endpoint, TakenNotice notice, CancellationToken cancellationToken)
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

    private async Task<(int? Status, string? Error)> PostAsync(NoticeEndpoint endpoint, TakenNotice notice, string? traceParent, CancellationToken cancellationToken)
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

    private HttpRequestMessage Request(NoticeEndpoint endpoint, TakenNotice notice, string? traceParent)
    {
        var body = NoticeEvent.Write(notice);
        var now = clock.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("Transaction-Id", notice.TransactionId.Value);
        request.Headers.Add(NoticeSignature.IdHeader, notice.EventId);
        request.Headers.Add(NoticeSignature.TimestampHeader, NoticeSignature.Timestamp(now));
        request.Headers.Add(NoticeSignature.SignatureHeader, NoticeSignature.Sign(body, notice.EventId, now, endpoint.Secrets));
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        return request;
    }

    /// <summary>Reads a short answer to its end, so that the connection can be used again; a long or broken one costs the connection.</summary>
    private static async Task FinishAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostOfTheAnswer);
        try
        {
            await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
            await answer.ReadAtLeastAsync(buffer.AsMemory(0, MostOfTheAnswer), MostOfTheAnswer, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status says it all; what the body would have said does not matter.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
