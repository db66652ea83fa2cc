using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>One request to a played service beside the provider: its body, its fault, its execution and its answer, in that order.</summary>
internal sealed class PlayedService(SandboxState state, Hangs hangs)
{
    private const long LargestBody = 1_000_000;

    /// <summary>Handles it.</summary>
    /// <param name="faults">The service's faults; their counters are kept by <paramref name="changed"/>.</param>
    /// <param name="changed">Hands changed faults to the journal.</param>
    /// <param name="refuse">The service's way to refuse a request.</param>
    /// <param name="execute">Executes the request. The state's gate is held.</param>
    public async Task HandleAsync(
        HttpContext http, ServiceFaults faults, Action changed, Func<ServiceFault, PlayedAnswer> refuse, Func<HttpRequest, byte[], PlayedAnswer> execute)
    {
        if (http.Request.ContentLength > LargestBody)
        {
            await WriteAsync(http, new PlayedAnswer(413, Error("request_too_large", "The body is larger than 1 MB.")));
            return;
        }

        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var body = buffer.ToArray();
        ServiceFault? fault;
        lock (state.Gate)
        {
            fault = faults.Take(http.Request.Method, http.Request.Path.Value ?? "/", Encoding.UTF8.GetString(body));
            if (fault is not null)
            {
                changed();
                state.Commit();
            }
        }

        switch (fault?.Kind)
        {
            case ServiceFaultKind.Down:
                Reset(http);
                return;
            case ServiceFaultKind.Unavailable:
                await WriteAsync(http, new PlayedAnswer(503, Error("unavailable", "The service is being maintained.")));
                return;
            case ServiceFaultKind.Unauthorized:
                await WriteAsync(http, new PlayedAnswer(401, Error("unauthorized", "The key or the signature is wrong.")));
                return;
            case ServiceFaultKind.Refuse:
                await WriteAsync(http, refuse(fault));
                return;
            case ServiceFaultKind.CommitThenHang:
                Execute(http.Request, body, execute);
                await hangs.WaitAsync(TimeSpan.FromMilliseconds(fault.DelayMs ?? 120_000), http.RequestAborted);
                Reset(http);
                return;
            case ServiceFaultKind.Slow:
                // The service goes on working when the caller has left.
                await hangs.WaitAsync(TimeSpan.FromMilliseconds(fault.DelayMs ?? 3_000), CancellationToken.None);
                break;
            default:
                break;
        }

        await WriteAsync(http, Execute(http.Request, body, execute));
    }

    /// <summary>An error as these services write it.</summary>
    public static JsonObject Error(string code, string message) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    private PlayedAnswer Execute(HttpRequest request, byte[] body, Func<HttpRequest, byte[], PlayedAnswer> execute)
    {
        lock (state.Gate)
        {
            var answer = execute(request, body);
            state.Commit();
            return answer;
        }
    }

    private static void Reset(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();

    private static async Task WriteAsync(HttpContext http, PlayedAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.Body.ToJsonString(), http.RequestAborted);
    }
}

/// <summary>What a played service sends back.</summary>
internal sealed record PlayedAnswer(int Status, JsonObject Body);
