using Microsoft.AspNetCore.Http.Features;
using PaymentWorkflows.Sandbox.Events;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.HostedPages;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Webhooks;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>The provider's port: authentication, faults, execution, answer, in that order.</summary>
internal sealed class ProviderPort(
    SandboxState state, SandboxOptions options, RequestExecutor executor, DeliveryService deliveries, HostedPage pages, Hangs hangs)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (HostedPage.Serves(http.Request.Path.Value ?? string.Empty))
        {
            await pages.HandleAsync(http);
            return;
        }

        IncomingRequest request;
        try
        {
            request = await IncomingRequest.ReadAsync(http);
        }
        catch (BadHttpRequestException refused)
        {
            await WriteAsync(http, null, Answer.Error(refused.StatusCode, "invalid_request_error", refused.Message));
            return;
        }

        if (Authentication.Refuse(request.Authorization, options.ApiKey) is { } unauthorized)
        {
            Note(request, unauthorized, null, answered: true);
            await WriteAsync(http, request, unauthorized);
            return;
        }

        var fault = TakeFault(request);
        if (fault is null)
        {
            await WriteAsync(http, request, Execute(request, null, owner: false, answered: true));
            return;
        }

        await HandleFaultAsync(http, request, fault);
    }

    private async Task HandleFaultAsync(HttpContext http, IncomingRequest request, FaultRule fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.CommitThenHang:
                Execute(request, fault, owner: false, answered: false);
                await HangAsync(http, fault);
                return;
            case FaultKind.CommitThenReset:
                Execute(request, fault, owner: false, answered: false);
                Reset(http);
                return;
            case FaultKind.HangThenDrop:
                Note(request, null, fault, answered: false);
                await HangAsync(http, fault);
                return;
            case FaultKind.Slow:
                await SlowAsync(http, request, fault);
                return;
            case FaultKind.Stored500 or FaultKind.BalanceInsufficient or FaultKind.ChargeDisputed or FaultKind.ChargeNotRefundable or FaultKind.FailedTaxCalculation:
                await WriteAsync(http, request, Stored(request, fault));
                return;
            case FaultKind.WrongAmount or FaultKind.WrongCurrency or FaultKind.WrongState or FaultKind.SearchLag:
                await WriteAsync(http, request, Execute(request, fault, owner: false, answered: true));
                return;
            default:
                var answer = FaultAnswers.NotExecuted(fault);
                Note(request, answer, fault, answered: true);
                await WriteAsync(http, request, answer);
                return;
        }
    }

    private FaultRule? TakeFault(IncomingRequest request)
    {
        lock (state.Gate)
        {
            var fault = state.Faults.Take(request.Method, request.Path, state.Random.NextDouble, out var changed);
            if (changed)
            {
                state.FaultsChanged();
                state.Commit();
            }

            return fault;
        }
    }

    private Answer Execute(IncomingRequest request, FaultRule? fault, bool owner, bool answered)
    {
        var made = new List<Delivery>();
        Answer answer;
        lock (state.Gate)
        {
            made.AddRange(JobRunner.RunDue(state, options.Sends));
            answer = executor.Execute(request, fault, owner, made);
            Add(request, answer, fault, answered);
            if (owner && request.ScopedKey is { } key)
            {
                state.InFlight.Remove(key);
            }

            state.Commit();
        }

        deliveries.Enqueue(made);
        return answer;
    }

    /// <summary>Faults whose answer is kept under the key although it is not the endpoint's own.</summary>
    private Answer Stored(IncomingRequest request, FaultRule fault)
    {
        var made = new List<Delivery>();
        Answer answer;
        lock (state.Gate)
        {
            made.AddRange(JobRunner.RunDue(state, options.Sends));
            try
            {
                answer = executor.Replay(request, owner: false) ?? Forced(request, fault, made);
            }
            catch (Wire.StripeException refused)
            {
                answer = Answer.Of(refused, request.RequestId);
            }

            Add(request, answer, fault, answered: true);
            state.Commit();
        }

        deliveries.Enqueue(made);
        return answer;
    }

    private Answer Forced(IncomingRequest request, FaultRule fault, List<Delivery> made)
    {
        if (fault is { Kind: FaultKind.Stored500, Committed: true })
        {
            executor.Execute(request, fault, owner: false, made);
        }

        var answer = FaultAnswers.Forced(fault, request.RequestId);
        executor.Save(request, answer);
        return answer;
    }

    private async Task SlowAsync(HttpContext http, IncomingRequest request, FaultRule fault)
    {
        var owner = false;
        if (request.ScopedKey is { } key)
        {
            lock (state.Gate)
            {
                owner = state.InFlight.Add(key);
            }
        }

        // The provider goes on working when the caller has left.
        await hangs.WaitAsync(TimeSpan.FromMilliseconds(fault.DelayMs ?? 3000), CancellationToken.None);
        await WriteAsync(http, request, Execute(request, fault, owner, answered: true));
    }

    private async Task HangAsync(HttpContext http, FaultRule fault)
    {
        await hangs.WaitAsync(TimeSpan.FromMilliseconds(fault.DelayMs ?? 120_000), http.RequestAborted);
        Reset(http);
    }

    /// <summary>Aborts the connection, which Kestrel's socket transport does with a reset.</summary>
    private static void Reset(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();

    private void Note(IncomingRequest request, Answer? answer, FaultRule? fault, bool answered)
    {
        lock (state.Gate)
        {
            Add(request, answer, fault, answered);
            state.Commit();
        }
    }

    private void Add(IncomingRequest request, Answer? answer, FaultRule? fault, bool answered) => state.Add(new RequestRecord(
        0,
        Rfc3339.Text(state.Clock.GetUtcNow()),
        request.Method,
        request.Path,
        request.IdempotencyKey,
        answered ? answer?.Status : null,
        fault is null ? null : Wire.WireNames.Of(fault.Kind),
        request.RequestId,
        answer?.OriginalRequest is not null));

    private static async Task WriteAsync(HttpContext http, IncomingRequest? request, Answer answer)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.Headers["Stripe-Version"] = EventWriter.ApiVersion;
        if (request is not null)
        {
            response.Headers["Request-Id"] = request.RequestId;
            if (request.IdempotencyKey is { } key)
            {
                response.Headers["Idempotency-Key"] = key;
            }
        }

        if (answer.OriginalRequest is { } original)
        {
            response.Headers["Idempotent-Replayed"] = "true";
            response.Headers["Original-Request"] = original;
        }

        if (answer.RateLimitReason is { } reason)
        {
            response.Headers["Stripe-Rate-Limited-Reason"] = reason;
        }

        await response.WriteAsync(answer.Body, http.RequestAborted);
    }
}
