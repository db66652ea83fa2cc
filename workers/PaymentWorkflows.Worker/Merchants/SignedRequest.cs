using System.Net.Http.Headers;
using PaymentWorkflows.Contracts.Notices;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Worker.Merchants;

/// <summary>A request to a merchant's backend: JSON with its transaction id, signed as <see cref="NoticeSignature"/> says.</summary>
internal static class SignedRequest
{
    /// <summary>Makes the request.</summary>
    /// <param name="endpoint">Where it goes.</param>
    /// <param name="id">The message's id, the same each time it is sent.</param>
    /// <param name="body">The raw JSON.</param>
    /// <param name="transaction">The id through all systems.</param>
    /// <param name="now">When it is sent (UTC).</param>
    public static HttpRequestMessage Post(MerchantEndpoint endpoint, string id, byte[] body, TransactionId transaction, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("Transaction-Id", transaction.Value);
        request.Headers.Add(NoticeSignature.IdHeader, id);
        request.Headers.Add(NoticeSignature.TimestampHeader, NoticeSignature.Timestamp(now));
        request.Headers.Add(NoticeSignature.SignatureHeader, NoticeSignature.Sign(body, id, now, endpoint.Secrets));
        return request;
    }

    /// <summary>Reads the beginning of an answer's body.</summary>
    /// <param name="response">The answer, of which only the headers were read.</param>
    /// <param name="most">How many bytes at most.</param>
    /// <exception cref="IOException">The answer broke off.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[most];
        await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await answer.ReadAtLeastAsync(buffer, most, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }
}
