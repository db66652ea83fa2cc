using System.Globalization;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Activities;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>An answer as it goes out, and as an idempotency key keeps it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON.</param>
public sealed record ApiAnswer(int Status, string Body) : IResult
{
    /// <summary>Whether this is the kept answer of an earlier request.</summary>
    public bool IsReplay { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static ApiAnswer Of<T>(int status, T body) => new(status, JsonSerializer.Serialize(body, ApiJson.Options));

    public static ApiAnswer Of(ApiError error, CallContext call, ErrorCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(catalogue);
        var detail = new ApiErrorDetail(error.Type, error.Code, error.Message, error.Param, call.TransactionId.ToString(), catalogue.Url(error.Code), error.Available);
        return Of(error.Status, new ApiErrorBody(detail)) with { RetryAfter = error.RetryAfter };
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        if (IsReplay)
        {
            response.Headers["Idempotent-Replayed"] = "true";
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var bytes = Encoding.UTF8.GetBytes(Body);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
