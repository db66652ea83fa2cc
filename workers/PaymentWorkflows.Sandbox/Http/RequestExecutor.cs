using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Events;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.Idempotency;
using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>Executes one request: idempotency, parameter checks, endpoint, expansion. The caller holds the state's gate.</summary>
internal sealed class RequestExecutor(SandboxState state, SandboxOptions options, ILogger<RequestExecutor> logger)
{
    private const int MaximumKeyLength = 255;

    /// <summary>Executes or replays.</summary>
    /// <param name="fault">A fault that changes what is executed or answered.</param>
    /// <param name="owner">Whether the key was put in flight by this request itself.</param>
    /// <param name="deliveries">Receives the deliveries that have to be made.</param>
    public Answer Execute(IncomingRequest request, FaultRule? fault, bool owner, List<Delivery> deliveries)
    {
        try
        {
            if (Replay(request, owner) is { } replayed)
            {
                return replayed;
            }

            var answer = Run(request, fault, deliveries);
            Save(request, answer);
            return answer;
        }
        catch (StripeException refused)
        {
            return Answer.Of(refused, request.RequestId);
        }
    }

    /// <summary>The answer that was saved under the request's key, or null when it has to be executed.</summary>
    /// <exception cref="StripeException">The key is in flight, or was used for another request.</exception>
    public Answer? Replay(IncomingRequest request, bool owner)
    {
        if (request.ScopedKey is not { } key)
        {
            return null;
        }

        if (request.IdempotencyKey!.Length > MaximumKeyLength)
        {
            throw StripeErrors.Parameter($"Idempotency keys may be at most {MaximumKeyLength} characters long.", null);
        }

        if (!owner && state.InFlight.Contains(key))
        {
            throw new StripeException(
                409,
                StripeErrors.Body(
                    "idempotency_error",
                    $"There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {request.IdempotencyKey}. Please try again later.",
                    "idempotency_key_in_use",
                    null),
                saved: false);
        }

        if (!state.Idempotency.TryGetValue(key, out var record) || record.IsExpired(state.Clock.GetUtcNow()))
        {
            return null;
        }

        if (record.Endpoint != Endpoint(request))
        {
            throw Mismatch($"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{Endpoint(request)}' vs '{record.Endpoint}'). Try using a key other than '{request.IdempotencyKey}' if you meant to execute a different request.");
        }

        if (record.Hash != request.ParameterHash)
        {
            throw Mismatch($"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{request.IdempotencyKey}' if you meant to execute a different request.");
        }

        return new Answer(record.Status, record.Body, record.RequestId);
    }

    /// <summary>Keeps an answer under the request's key.</summary>
    public void Save(IncomingRequest request, Answer answer)
    {
        if (request.ScopedKey is { } key && answer.Saved)
        {
            state.Put(new IdempotencyRecord(
                key, Endpoint(request), request.ParameterHash, answer.Status, answer.Body, request.RequestId, state.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }

    private static string Endpoint(IncomingRequest request) => request.Path;

    private static StripeException Mismatch(string message) =>
        new(400, StripeErrors.Body("idempotency_error", message, null, null), saved: false);

    private Answer Run(IncomingRequest request, FaultRule? fault, List<Delivery> deliveries)
    {
        if (request.Version is { } version && version != EventWriter.ApiVersion)
        {
            throw StripeErrors.Parameter($"Invalid Stripe API version: {version}. This sandbox speaks {EventWriter.ApiVersion} only.", null);
        }

        var (route, ids) = RouteTable.Find(request.Method, request.Path) ?? throw StripeErrors.UnknownUrl(request.Method, request.Path);
        if (!request.IsForm)
        {
            throw StripeErrors.Parameter("Invalid request (check that your POST content type is application/x-www-form-urlencoded).", null);
        }

        if (state.Methods.Refresh() is { } problem)
        {
            SandboxLog.MethodsUnreadable(logger, options.MethodsFile, problem);
        }

        ParameterCheck.Check(request.Form, route.Parameters, state.Methods.IsAdded);
        var transaction = new Transaction(state, state.Clock.GetUtcNow(), options.Sends, request.RequestId, request.IdempotencyKey);
        var asked = fault is null ? request.Form : Distortion.Before(fault, request.Form);
        var lag = fault?.Kind == FaultKind.SearchLag ? TimeSpan.FromMilliseconds(fault.DelayMs ?? 3000) : TimeSpan.Zero;
        var call = new ApiCall(transaction, new Arguments(asked), ids, options.PublicUrl, request.Path, lag);
        try
        {
            var value = route.Handle(call);
            if (fault is not null)
            {
                Distortion.After(fault, transaction, value, asked);
            }

            var shown = Show(transaction, value, request.Method == "GET" || request.Method == "POST" ? call.Arguments.List("expand") : []);
            deliveries.AddRange(transaction.Apply());
            return Answer.Of(200, fault?.Kind == FaultKind.WrongState ? Distortion.State(shown) : shown);
        }
        catch (StripeException refused) when (refused.Saved)
        {
            deliveries.AddRange(transaction.Apply());
            return Answer.Of(refused, request.RequestId);
        }
        catch (Exception failure) when (failure is InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or NullReferenceException)
        {
            SandboxLog.EndpointFailed(logger, failure, request.Method, request.Path, request.RequestId);
            return Answer.Error(500, "api_error", "An unknown error occurred in the sandbox; its log has the details.") with { Saved = true };
        }
    }

    private static JsonObject Show(Transaction transaction, JsonObject value, IReadOnlyList<string> expand)
    {
        var shown = value.Shown();
        if (shown["data"] is JsonArray items && shown.OptionalText("object") is "list" or "search_result")
        {
            foreach (var item in shown["data"]!.AsArray().OfType<JsonObject>())
            {
                item.Remove(StoredObject.PrivateMember);
            }
        }

        if (shown.OptionalText("object") == BalanceEndpoints.Kind)
        {
            BalanceBook.Refresh(shown, transaction.NowSeconds);
        }

        Expansion.Apply(transaction, shown, expand);
        return shown;
    }
}
