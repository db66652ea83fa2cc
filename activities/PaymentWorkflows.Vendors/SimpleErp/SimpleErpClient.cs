using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Contracts.Erp;

namespace PaymentWorkflows.Vendors.SimpleErp;

/// <summary>
/// The documents of a simple HTTP ERP: <c>POST documents</c> and <c>GET documents/{number}</c>, JSON, with a key in the header. Its
/// answers are read in this one place: a refusal of the document itself is a result, everything else that is no document means that the
/// ERP could not work on it.
/// </summary>
public sealed class SimpleErpClient(HttpClient http, TimeProvider clock) : IErp
{
    public string Name => "erp";

    public async Task<ErpRecord?> FindAsync(string number, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"documents/{Uri.EscapeDataString(number)}");
        var (status, body, retryAfter) = await SendAsync(request, cancellationToken);
        if (IsSuccess(status))
        {
            return WireDocument.Read(body);
        }

        // Only the ERP's own word says that there is no such document: a proxy answers 404, too.
        return status == HttpStatusCode.NotFound && WireError.Read(body)?.Code == "document_not_found" ? null : throw Unavailable(status, body, retryAfter);
    }

    public async Task<ErpAnswer> PostAsync(ErpDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        using var request = new HttpRequestMessage(HttpMethod.Post, "documents") { Content = JsonContent.Create(WireDocument.Of(document), options: WireJson.Options) };
        request.Headers.Add("Idempotency-Key", document.Number);
        request.Headers.Add("Transaction-Id", document.TransactionId.Value);
        var (status, body, retryAfter) = await SendAsync(request, cancellationToken);
        if (IsSuccess(status))
        {
            return new ErpAnswer.Posted(WireDocument.Read(body));
        }

        if (WireError.Read(body) is not { } error || !SaysNoToTheDocument(status))
        {
            throw Unavailable(status, body, retryAfter);
        }

        return (status, error.Code) == (HttpStatusCode.Conflict, "duplicate_number") ? new ErpAnswer.Duplicate() : new ErpAnswer.Refused(error.Code, error.Message);
    }

    private async Task<(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), RetryAfter(response));
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ErpUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The ERP did not answer within {http.Timeout.TotalSeconds} s."), inner: late);
        }
        catch (HttpRequestException broken)
        {
            throw new ErpUnavailableException($"The ERP was not reached: {broken.HttpRequestError}.", inner: broken);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    private static bool IsSuccess(HttpStatusCode status) => (int)status is >= 200 and < 300;

    /// <summary>
    /// A refused key or a time limit is no word about the document: nothing happened, and once it is repaired every document that waits
    /// goes through.
    /// </summary>
    private static bool SaysNoToTheDocument(HttpStatusCode status) => (int)status is >= 400 and < 500 && status is not (
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.ProxyAuthenticationRequired
        or HttpStatusCode.RequestTimeout or HttpStatusCode.MisdirectedRequest or HttpStatusCode.TooManyRequests or (HttpStatusCode)425);

    private static ErpUnavailableException Unavailable(HttpStatusCode status, byte[] body, TimeSpan? retryAfter) => new(
        string.Create(CultureInfo.InvariantCulture, $"The ERP answered {(int)status}{(WireError.Read(body) is { } error ? $" ({error.Code})" : "")}."),
        retryAfter is { Ticks: > 0 } ? retryAfter : null);
}
