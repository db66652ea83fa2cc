using System.Data.Common;
using PaymentWorkflows.Domain;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>
/// Gives every request its ids, writes every fault as an error answer, and logs one line per request: its route's pattern, never
/// its path, query or body.
/// </summary>
public sealed partial class RequestContextMiddleware(RequestDelegate next, ErrorCatalogue catalogue, TimeProvider clock, ILogger<RequestContextMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var started = clock.GetTimestamp();
        var call = new CallContext(ApiIds.Request(clock), CallersTransaction(http) ?? ApiIds.Transaction(clock));
        http.Features.Set(call);
        if (HttpMethods.IsHead(http.Request.Method))
        {
            // Routed and answered like GET; the server itself leaves the body out.
            http.Request.Method = HttpMethods.Get;
        }

        http.Response.OnStarting(() =>
        {
            http.Response.Headers["Request-Id"] = call.RequestId;
            http.Response.Headers["Transaction-Id"] = call.TransactionId.ToString();
            return Task.CompletedTask;
        });
        using (logger.BeginScope(new CallScope(call)))
        using (var trace = RequestTrace.Start(http))
        {
            await AnswerAsync(http, call);
            trace?.End(call);
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
            LogRequest(RequestTrace.Method(http), route, http.Response.StatusCode, clock.GetElapsedTime(started).TotalMilliseconds, call.TransactionId.ToString(), call.WorkflowId);
        }
    }

    private static TransactionId? CallersTransaction(HttpContext http) =>
        http.Request.Headers["Transaction-Id"] is [{ } text] && !Domain.Payments.CardNumbers.IsIn(text) && TransactionId.TryParse(text, null, out var id) ? id : null;

    private async Task AnswerAsync(HttpContext http, CallContext call)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && EmptyAnswer(http) is { } error)
            {
                await WriteAsync(http, call, error);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogCallerLeft(call.TransactionId.ToString());
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            var error = ErrorOf(fault);
            if (error.Status >= StatusCodes.Status500InternalServerError)
            {
                LogFault(fault, error.Code, call.TransactionId.ToString(), call.WorkflowId);
            }

            await WriteAsync(http, call, error);
        }
    }

    /// <summary>What routing answered without a body.</summary>
    private static ApiError? EmptyAnswer(HttpContext http)
    {
        if (http.Response.StatusCode == StatusCodes.Status404NotFound)
        {
            return ApiErrors.NoSuchRoute();
        }

        if (http.Response.StatusCode == StatusCodes.Status415UnsupportedMediaType)
        {
            return ApiErrors.NotJson().Error;
        }

        if (http.Response.StatusCode != StatusCodes.Status405MethodNotAllowed)
        {
            return null;
        }

        if (!HttpMethods.IsOptions(http.Request.Method))
        {
            return ApiErrors.MethodNotAllowed(http.Response.Headers.Allow.ToString());
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    private static ApiError ErrorOf(Exception fault) => fault switch
    {
        ApiException known => known.Error,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ApiErrors.BodyTooLarge(GatewayApp.LargestBody).Error,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => ApiErrors.BodyTooSlow().Error,
        BadHttpRequestException => ApiErrors.Invalid("body_malformed", "The request is no valid HTTP.").Error,
        DbException or TimeoutException => ApiErrors.DatabaseUnavailable(),
        RpcException => ApiErrors.EngineUnavailable(),
        _ => ApiErrors.Internal(),
    };

    private async Task WriteAsync(HttpContext http, CallContext call, ApiError error)
    {
        var allow = http.Response.Headers.Allow;
        http.Response.Clear();
        http.Response.Headers.Allow = allow;
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (error.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge)
        {
            // The rest of the body is not read, so the connection cannot carry another request.
            http.Response.Headers.Connection = "close";
        }

        await ApiAnswer.Of(error, call, catalogue).ExecuteAsync(http);
    }

    [LoggerMessage(1, LogLevel.Information, "{Method} {Route} answered {Status} in {Milliseconds:0.0} ms ({TransactionId}, {WorkflowId})")]
    private partial void LogRequest(string method, string route, int status, double milliseconds, string transactionId, string? workflowId);

    [LoggerMessage(2, LogLevel.Information, "The caller left before the answer ({TransactionId})")]
    private partial void LogCallerLeft(string transactionId);

    [LoggerMessage(3, LogLevel.Error, "A request failed with {Code} ({TransactionId}, {WorkflowId})")]
    private partial void LogFault(Exception fault, string code, string transactionId, string? workflowId);
}
