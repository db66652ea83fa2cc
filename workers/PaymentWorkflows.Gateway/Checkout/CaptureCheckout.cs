using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Idempotency;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary><c>POST /v1/checkouts/{id}/capture</c>: takes the money of an authorized checkout with manual capture.</summary>
public sealed class CaptureCheckout(
    StackOptions stack, ICheckoutStore store, ICheckoutStarter starter, SagaCall call, IdempotencyKeys keys, KeptAnswers answers, BodyReader bodies)
{
    public async Task<ApiAnswer> AnswerAsync(HttpContext http, string id)
    {
        ArgumentNullException.ThrowIfNull(http);
        var key = IdempotencyKeys.Read(http);
        using var body = await CheckoutLookup.ReadBodyAsync(http, bodies, stack.Gateway.MaxBodyBytes);
        body.Fields.Only("amount");
        var amount = body.Fields.OptionalWhole("amount", 1, long.MaxValue);
        var checkout = await CheckoutLookup.FindAsync(store, http, id);
        var claim = keys.Claim(http, key, body.Hash(http.Request.Method, $"/v1/checkouts/{checkout.Id}/capture"));
        return await answers.OnceAsync(http, claim, () => CaptureAsync(http, checkout.Id, amount));
    }

    private async Task<ApiAnswer> CaptureAsync(HttpContext http, CheckoutId id, long? amount)
    {
        // Read again: the key may have been granted long after the first look.
        var checkout = await CheckoutLookup.FindAsync(store, http, id.ToString());
        if (checkout.Input.Capture == CaptureMode.Manual && IsCaptured(checkout.View, amount))
        {
            // This very capture, by a Gateway that died before it could answer: as a second cancel is told that it is canceled.
            return ApiAnswer.Of(StatusCodes.Status200OK, CheckoutResource.Of(checkout));
        }

        if (checkout.View.Status != CheckoutStatus.RequiresCapture)
        {
            throw ApiErrors.WrongState(CheckoutLookup.Name(checkout.View.Status), "a capture", CheckoutLookup.Name(CheckoutStatus.RequiresCapture));
        }

        if (amount > checkout.View.Amount)
        {
            throw ApiErrors.AmountTooLarge(checkout.View.Amount);
        }

        var told = await call.TellAsync(
            http, checkout, view => view.Status != CheckoutStatus.RequiresCapture, () => starter.CaptureAsync(checkout, amount, http.RequestAborted));

        // Another capture or a cancellation may have come first; its outcome is no answer to this request.
        var after = told.View;
        return after.Status is CheckoutStatus.RequiresCapture || IsCaptured(after, amount)
            ? ApiAnswer.Of(StatusCodes.Status200OK, CheckoutResource.Of(told))
            : throw ApiErrors.WrongState(CheckoutLookup.Name(after.Status), "a capture", CheckoutLookup.Name(CheckoutStatus.RequiresCapture));
    }

    private static bool IsCaptured(CheckoutView view, long? amount) => view.Status == CheckoutStatus.Completed && view.AmountCaptured == (amount ?? view.Amount);
}
