using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Idempotency;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary><c>POST /v1/checkouts/{id}/cancel</c>: undoes a checkout, one that is completed by a refund.</summary>
public sealed class CancelCheckout(
    StackOptions stack, ICheckoutStore store, ICheckoutStarter starter, CheckoutLauncher launcher, SagaCall call, IdempotencyKeys keys, KeptAnswers answers, BodyReader bodies, TimeProvider clock)
{
    private const int MaxReasonLength = 500;
    private static readonly CheckoutStatus[] Cancelable =
        [CheckoutStatus.Processing, CheckoutStatus.RequiresAction, CheckoutStatus.Authorized, CheckoutStatus.RequiresCapture, CheckoutStatus.Completed];

    public async Task<ApiAnswer> AnswerAsync(HttpContext http, string id)
    {
        ArgumentNullException.ThrowIfNull(http);
        var key = IdempotencyKeys.Read(http);
        using var body = await CheckoutLookup.ReadBodyAsync(http, bodies, stack.Gateway.MaxBodyBytes);
        body.Fields.Only("reason");
        var reason = body.Fields.Text("reason", MaxReasonLength);
        var checkout = await CheckoutLookup.FindAsync(store, http, id);
        var claim = keys.Claim(http, key, body.Hash(http.Request.Method, $"/v1/checkouts/{checkout.Id}/cancel"));
        return await answers.OnceAsync(http, claim, () => CancelAsync(http, checkout.Id, reason, claim.RequestHash));
    }

    private async Task<ApiAnswer> CancelAsync(HttpContext http, CheckoutId id, string reason, string requestHash)
    {
        var checkout = await CheckoutLookup.FindAsync(store, http, id.ToString());
        if (checkout.View.Status == CheckoutStatus.Canceled)
        {
            return ApiAnswer.Of(StatusCodes.Status200OK, CheckoutResource.Of(checkout));
        }

        if (!Cancelable.Contains(checkout.View.Status))
        {
            throw ApiErrors.WrongState(CheckoutLookup.Name(checkout.View.Status), "a cancellation", string.Join(", ", Cancelable.Select(CheckoutLookup.Name)));
        }

        await AuditAsync(http, checkout, reason, requestHash);
        // Completed is no end here: it is what is being undone.
        var told = await call.TellAsync(http, checkout, view => !view.Status.CanBeUndone(), () => SignalAsync(http, checkout, reason));
        return ApiAnswer.Of(StatusCodes.Status200OK, CheckoutResource.Of(told));
    }

    private async Task SignalAsync(HttpContext http, StoredCheckout checkout, string reason)
    {
        // Until this checkout's own workflow runs, the signal could reach the one of an earlier attempt at the order.
        if (checkout.StartedAt is null && !await launcher.TryWithinAsync(checkout, SagaCall.LongestWait, http.RequestAborted))
        {
            throw new ApiException(ApiErrors.EngineUnavailable());
        }

        await starter.CancelAsync(checkout, reason, http.RequestAborted);
    }

    private Task AuditAsync(HttpContext http, StoredCheckout checkout, string reason, string requestHash)
    {
        var call = CallContext.Of(http);
        var line = new AuditLine
        {
            WorkflowId = checkout.WorkflowId,
            TransactionId = checkout.TransactionId,
            Event = "checkout.cancel_requested",
            Actor = $"api_key:{call.Scope[..12]}",
            Action = "cancel",
            Reason = reason,
            Detail = call.RequestId,
            Reference = $"cancel:{requestHash}",
        };
        return store.AuditAsync(line, clock.GetUtcNow(), http.RequestAborted);
    }
}
