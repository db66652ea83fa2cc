using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>
/// Checks a request against the payment methods as they stand. They change while the Gateway runs, a request's answer does not: a repeat
/// of what was accepted is let through to its first answer.
/// </summary>
public sealed class MethodCheck(IPaymentMethods methods, IIdempotencyStore keys, ICheckoutStore store, TimeProvider clock)
{
    /// <summary>Ends when the request may go on to be written, or to meet what was written for it before.</summary>
    /// <exception cref="ApiException">400 with the field's path; the key stays free.</exception>
    public async Task RequireAsync(HttpContext http, IdempotencyClaim claim, CreateCheckoutCommand command)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(command);
        var use = MethodUse.Of(command.Input, command.Amount, command.Customer);
        if (PaymentMethodRules.Check(methods.Current, use) is { } problem && !await IsRepeatAsync(http, claim, command))
        {
            throw ApiErrors.Of(problem);
        }
    }

    /// <summary>A key that is known, or an order that is being or was paid with this very content.</summary>
    private async Task<bool> IsRepeatAsync(HttpContext http, IdempotencyClaim claim, CreateCheckoutCommand command)
    {
        var key = await keys.ClaimAsync(claim, clock.GetUtcNow(), http.RequestAborted);
        if (key is not KeyOutcome.Granted granted)
        {
            return true;
        }

        // Given back in any case: whoever writes the checkout claims it again, together with the row.
        await keys.ReleaseAsync(claim, CancellationToken.None);
        return granted.ResourceId is not null || await RepeatedCheckout.FindAsync(store, command.Input, http.RequestAborted) is not null;
    }
}
