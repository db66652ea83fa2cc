using System.Net;
using System.Net.Sockets;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Errors;

/// <summary>
/// From every documented error to what it means, in one place. Status decides first, then the code. Sources: docs.stripe.com/error-codes,
/// docs.stripe.com/api/errors, docs.stripe.com/rate-limits, docs.stripe.com/api/idempotent_requests.
/// </summary>
public static class StripeErrors
{
    private static readonly HashSet<string> States = new(StringComparer.Ordinal)
    {
        "payment_intent_unexpected_state", "charge_already_captured", "charge_already_refunded", "charge_disputed", "refund_disputed_payment",
        "charge_not_refundable", "balance_insufficient", "capture_charge_authorization_expired", "charge_expired_for_capture", "intent_invalid_state",
        "status_transition_invalid", "amount_too_large", "resource_already_exists", "transfers_not_allowed", "setup_intent_unexpected_state",
    };

    private static readonly HashSet<string> Declines = new(StringComparer.Ordinal)
    {
        "payment_intent_authentication_failure", "payment_intent_payment_attempt_failed", "payment_intent_payment_attempt_expired",
        "payment_method_customer_decline", "payment_method_provider_decline", "payment_method_provider_timeout", "payment_method_not_available",
        "setup_intent_authentication_failure", "setup_attempt_failed", "card_decline_rate_limit_exceeded", "account_closed", "expired_card",
        "card_declined", "incorrect_cvc", "incorrect_number", "insufficient_funds", "authentication_required", "processing_error",
    };

    private static readonly HashSet<string> Busy = new(StringComparer.Ordinal)
    {
        "rate_limit", "lock_timeout", "idempotency_key_in_use", "payment_intent_rate_limit_exceeded",
    };

    /// <summary>Codes of a 400 or 404 that say: the object's state does not allow what was asked. Read it, then decide.</summary>
    public static IReadOnlyCollection<string> StateCodes => States;

    /// <summary>Codes of refusals of the payment that Stripe may answer with 400 instead of 402.</summary>
    public static IReadOnlyCollection<string> DeclineCodes => Declines;

    /// <summary>Codes that say, under whatever status: turned away, nothing was done.</summary>
    public static IReadOnlyCollection<string> BusyCodes => Busy;

    /// <summary>Makes a call and reads whatever it throws.</summary>
    /// <param name="call">The call; its answer is a verdict already.</param>
    /// <param name="lookUp">Whether the call only reads: then "no such object" proves absence.</param>
    /// <param name="tell">Tells a failure in the words of the port.</param>
    /// <exception cref="ProviderBusyException">Nothing was done; send the same again later.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the outcome is not known.</exception>
    internal static async Task<T> GuardAsync<T>(Func<Task<T>> call, bool lookUp, Func<StripeFailure, T> tell, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not ProviderBusyException && (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            return tell(failure is StripeException { HttpStatusCode: not 0 } answered ? FromAnswer(answered, lookUp) : FromTransport(failure));
        }
    }

    private static StripeFailure FromAnswer(StripeException answered, bool lookUp)
    {
        var status = answered.HttpStatusCode;
        if (answered.StripeError is not { Type.Length: > 0 } error)
        {
            return WithoutError(answered);
        }

        var code = error.Code ?? "";
        var message = error.Message ?? answered.Message;
        return status switch
        {
            HttpStatusCode.TooManyRequests => throw Turned(answered, Or(code, "rate_limit")),
            HttpStatusCode.Conflict => throw Turned(answered, Or(code, "idempotency_key_in_use")),
            HttpStatusCode.BadRequest when Busy.Contains(code) => throw Turned(answered, code),
            HttpStatusCode.PaymentRequired => Declined(error, message),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new StripeFailure.Refused(RefusalCause.Credentials, Or(code, "credentials_refused"), message),

            // Something was done under this key with other parameters. Stripe keeps saying so, as it keeps a 500.
            HttpStatusCode.BadRequest when error.Type == "idempotency_error" => new StripeFailure.Unclear(UnknownCause.ServerError, message),
            HttpStatusCode.NotFound or HttpStatusCode.BadRequest when lookUp && code == "resource_missing" => new StripeFailure.Refused(RefusalCause.Absent, code, message),
            // A payment method that does not exist or cannot be used: the customer chooses another, no operator can mend it.
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound when code == "resource_missing" && error.Param == "payment_method" => Declined(error, message),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound when Declines.Contains(code) => Declined(error, message),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound when States.Contains(code) => new StripeFailure.Refused(RefusalCause.State, code, message) { Param = error.Param },
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound => new StripeFailure.Refused(RefusalCause.Request, Or(code, error.Type), message) { Param = error.Param },
            _ => FromServer(status),
        };
    }

    /// <summary>An answer without Stripe's error document may come from something in between: only what cannot have passed it is taken as an answer.</summary>
    private static StripeFailure WithoutError(StripeException answered) => answered.HttpStatusCode switch
    {
        HttpStatusCode.TooManyRequests => throw Turned(answered, "rate_limit"),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new StripeFailure.Refused(
            RefusalCause.Credentials, "credentials_refused", $"The answer was {(int)answered.HttpStatusCode} without Stripe's error."),
        var status => FromServer(status),
    };

    private static StripeFailure.Unclear FromServer(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            new(UnknownCause.Unavailable, $"Stripe answered {(int)status}."),
        >= HttpStatusCode.InternalServerError or HttpStatusCode.FailedDependency => new(UnknownCause.ServerError, $"Stripe answered {(int)status}."),
        _ => new(UnknownCause.UnreadableAnswer, $"Stripe answered {(int)status} with something this build cannot read."),
    };

    private static StripeFailure.Unclear FromTransport(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // The connection was never made, so nothing can have happened.
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }:
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable }:
                    throw new ProviderBusyException("stripe", "unreachable", TimeSpan.FromSeconds(1));
                case OperationCanceledException or TimeoutException:
                    return new(UnknownCause.Timeout, "Stripe did not answer in time.");
                case SocketException or IOException or HttpRequestException { HttpRequestError: not HttpRequestError.Unknown }:
                    return new(UnknownCause.ConnectionLost, "The connection to Stripe broke.");
            }
        }

        return failure is HttpRequestException
            ? new(UnknownCause.ConnectionLost, "The connection to Stripe broke.")
            : new(UnknownCause.UnreadableAnswer, $"Stripe's answer could not be read ({failure.GetType().Name}).");
    }

    private static ProviderBusyException Turned(StripeException answered, string code)
    {
        var otherwise = code == "lock_timeout" ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(1);
        return new ProviderBusyException("stripe", code, answered.StripeResponse?.Headers?.RetryAfter?.Delta ?? otherwise);
    }

    private static StripeFailure.Declined Declined(StripeError error, string message) =>
        new(DeclineCatalogue.Read(error.DeclineCode ?? Or(error.Code ?? "", "generic_decline"), error.AdviceCode, message), error);

    private static string Or(string code, string otherwise) => code.Length > 0 ? code : otherwise;
}
