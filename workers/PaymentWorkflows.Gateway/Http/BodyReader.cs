using System.Net.Http.Headers;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>Reads whole bodies within limits of size and time.</summary>
public sealed class BodyReader(TimeProvider clock)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    /// <summary>The raw bytes.</summary>
    /// <exception cref="ApiException">Too large (413) or too slow (408).</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int limit)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.Request.ContentLength > limit)
        {
            throw ApiErrors.BodyTooLarge(limit);
        }

        using var late = new CancellationTokenSource(LongestRead, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            return await ReadUpToAsync(http.Request, limit, stop.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw ApiErrors.BodyTooSlow();
        }
    }

    /// <summary>Refuses what is not declared as plain UTF-8 JSON (415).</summary>
    public static void RequireJson(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
        var isPlain = request.Headers.ContentEncoding is [] || string.Equals(request.Headers.ContentEncoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase);
        if (!isJson || !isPlain)
        {
            throw ApiErrors.NotJson();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadUpToAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream((int)Math.Min(request.ContentLength ?? 1_024, limit));
        var buffer = new byte[8_192];
        while (await request.Body.ReadAsync(buffer, cancellationToken) is var count && count > 0)
        {
            if (bytes.Length + count > limit)
            {
                throw ApiErrors.BodyTooLarge(limit);
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }
}
