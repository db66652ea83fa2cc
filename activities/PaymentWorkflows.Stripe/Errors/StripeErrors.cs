using System.Net;
using System.Net.Sockets;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Stripe.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Errors;

/// <summary>
/// From every documented error to a verdict, in one place. Status decides first, then the code. Sources: docs.stripe.com/error-codes,
/// docs.stripe.com/api/errors, docs.stripe.com/rate-limits, docs.stripe.com/api/idempotent_requests.
/// </summary>
public static class StripeErrors
{
    /// <summary>The object's state does not allow what was asked: read it, then decide.</summary>
    private static readonly HashSet<string> StateCodes = new(StringComparer.Ordinal)
    {
        "payment_intent_unexpected_state", "charge_already_captured", "charge_already_refunded", "charge_disputed", "refund_disputed_payment",
        "charge_not_refundable", "balance_insufficient", "capture_charge_authorization_expired", "charge_expired_for_capture", "intent_invalid_state",
        "status_transition_invalid", "amount_too_large", "resource_already_exists", "transfers_not_allowed",
    };

    /// <summary>Refusals of the payment that Stripe answers with 400 instead of 402.</summary>
    private static readonly HashSet<string> DeclineCodes = new(StringComparer.Ordinal)
    {
        "payment_intent_authentication_failure", "payment_intent_payment_attempt_failed", "payment_intent_payment_attempt_expired",
        "payment_method_customer_decline", "payment_method_provider_decline", "payment_method_provider_timeout", "expired_card",
        "card_declined", "incorrect_cvc", "incorrect_number", "insufficient_funds", "authentication_required", "processing_error",
    };

    /// <summary>Makes a call and maps whatever it throws.</summary>
    /// <param name="call">The call; its answer is a verdict already.</param>
    /// <param name="lookUp">Whether the call only reads: then "no such object" proves absence.</param>
    /// <exception cref="ProviderBusyException">Nothing was done; send the same again later.</exception>
    public static async Task<MoneyVerdict> GuardAsync(Func<Task<MoneyVerdict>> call, bool lookUp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return failure is StripeException { HttpStatusCode: not 0 } answered ? FromAnswer(answered, lookUp) : FromTransport(failure);
        }
    }

    /// <summary>Reads an error that Stripe answered with.</summary>
    public static MoneyVerdict FromAnswer(StripeException answered, bool lookUp)
    {
        ArgumentNullException.ThrowIfNull(answered);
        var error = answered.StripeError;
        var code = error?.Code ?? "";
        var message = error?.Message ?? answered.Message;
        var retryAfter = answered.StripeResponse?.Headers?.RetryAfter?.Delta;
        return answered.HttpStatusCode switch
        {
            HttpStatusCode.PaymentRequired => Declined(error, message),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Refused(RefusalCause.Credentials, Or(code, "credentials_refused"), message),
            HttpStatusCode.Conflict => throw new ProviderBusyException("stripe", Or(code, "idempotency_key_in_use"), retryAfter ?? TimeSpan.FromSeconds(1)),
            HttpStatusCode.TooManyRequests => throw new ProviderBusyException(
                "stripe", Or(code, "rate_limit"), retryAfter ?? (code == "lock_timeout" ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(1))),
            HttpStatusCode.NotFound or HttpStatusCode.BadRequest when lookUp && code == "resource_missing" => Refused(RefusalCause.Absent, code, message),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound when DeclineCodes.Contains(code) => Declined(error, message),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound when StateCodes.Contains(code) => Refused(RefusalCause.State, code, message),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound => Refused(RefusalCause.Request, Or(code, error?.Type ?? "invalid_request_error"), message),
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new MoneyVerdict.Unknown(UnknownCause.Unavailable, $"Stripe answered {(int)answered.HttpStatusCode}."),
            >= HttpStatusCode.InternalServerError or HttpStatusCode.FailedDependency =>
                new MoneyVerdict.Unknown(UnknownCause.ServerError, $"Stripe answered {(int)answered.HttpStatusCode}."),
            _ => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Stripe answered {(int)answered.HttpStatusCode} with something else than its error."),
        };
    }

    private static MoneyVerdict FromTransport(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // Nothing left this machine, so nothing can have happened.
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable }:
                    throw new ProviderBusyException("stripe", "unreachable", TimeSpan.FromSeconds(1));
                case OperationCanceledException or TimeoutException:
                    return new MoneyVerdict.Unknown(UnknownCause.Timeout, "Stripe did not answer in time.");
                case SocketException or IOException or HttpRequestException { HttpRequestError: not HttpRequestError.Unknown }:
                    return new MoneyVerdict.Unknown(UnknownCause.ConnectionLost, "The connection to Stripe broke.");
            }
        }

        return failure is HttpRequestException
            ? new MoneyVerdict.Unknown(UnknownCause.ConnectionLost, "The connection to Stripe broke.")
            : new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Stripe's answer could not be read ({failure.GetType().Name}).");
    }

    private static MoneyVerdict.Declined Declined(StripeError? error, string message)
    {
        var decline = DeclineCatalogue.Read(error?.DeclineCode ?? Or(error?.Code ?? "", "generic_decline"), error?.AdviceCode, message);
        return new MoneyVerdict.Declined(decline, error?.PaymentIntent is { } intent ? PaymentIntentReader.Facts(intent) : null);
    }

    private static MoneyVerdict.NotAttempted Refused(RefusalCause cause, string code, string message) => new(cause, code, message);

    private static string Or(string code, string otherwise) => code.Length > 0 ? code : otherwise;
}
