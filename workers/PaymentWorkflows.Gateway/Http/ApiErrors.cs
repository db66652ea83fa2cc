using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>Every error this API answers with.</summary>
public static class ApiErrors
{
    public static ApiException Missing(string param) =>
        Invalid("parameter_missing", $"'{param}' is required.", param);

    public static ApiException Unknown(string param) =>
        Invalid("parameter_unknown", $"'{param}' is not a parameter of this request.", param);

    public static ApiException Duplicate(string param) =>
        Invalid("parameter_duplicate", $"'{param}' is given more than once.", param);

    public static ApiException WrongType(string param, string expected) =>
        Invalid("parameter_invalid_type", $"'{param}' must be {expected}.", param);

    public static ApiException Wrong(string param, string expected) =>
        Invalid("parameter_invalid", $"'{param}' must be {expected}.", param);

    public static ApiException Invalid(string code, string message, string? param = null) =>
        new(new ApiError(StatusCodes.Status400BadRequest, ApiErrorTypes.InvalidRequest, code, message) { Param = param });

    /// <summary>A payment method cannot be used so.</summary>
    public static ApiException Of(PaymentMethodProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Invalid(problem.Kind == PaymentMethodProblemKind.Missing ? "parameter_missing" : "parameter_invalid", problem.Message, problem.Field);
    }

    public static ApiException TaxNotConfigured() =>
        Invalid("tax_not_configured", "'tax' is 'automatic', but no tax engine is configured here. Send 'none', with the tax contained in your prices.", "tax");

    public static ApiException CardNumber(string? param) =>
        Invalid("card_number_not_allowed", "The request holds what looks like a card number. Card numbers must never reach this API: send the provider's token (pm_...) instead.", param);

    public static ApiException NotAuthenticated() => new(new ApiError(
        StatusCodes.Status401Unauthorized, ApiErrorTypes.Authentication, "api_key_invalid", "Send 'Authorization: Bearer sk_...' with a valid API key."));

    public static ApiException NoSuchCheckout(string param = "id") => new(new ApiError(
        StatusCodes.Status404NotFound, ApiErrorTypes.NotFound, "resource_missing", "There is no such checkout.")
    { Param = param });

    public static ApiException NoSuchRefund() => new(new ApiError(
        StatusCodes.Status404NotFound, ApiErrorTypes.NotFound, "resource_missing", "There is no such refund.")
    { Param = "id" });

    public static ApiException NoSuchTransaction() => new(new ApiError(
        StatusCodes.Status404NotFound, ApiErrorTypes.NotFound, "resource_missing", "Nothing is known of this transaction.")
    { Param = "txn" });

    /// <summary>A refund cannot be made.</summary>
    public static ApiException Of(RefundProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Kind switch
        {
            RefundProblemKind.TooLarge => new ApiException(new ApiError(StatusCodes.Status400BadRequest, ApiErrorTypes.InvalidRequest, "amount_too_large", problem.Message)
            { Param = "amount", Available = problem.Available }),
            RefundProblemKind.NotInPart => Invalid("parameter_invalid", problem.Message, "amount"),
            RefundProblemKind.NotCaptured => new ApiException(new ApiError(StatusCodes.Status409Conflict, ApiErrorTypes.Conflict, "checkout_state_invalid", problem.Message)),
            RefundProblemKind.NoRefunds or RefundProblemKind.TooLate => new ApiException(new ApiError(StatusCodes.Status409Conflict, ApiErrorTypes.Conflict, "refund_not_allowed", problem.Message)),
            _ => throw new ArgumentOutOfRangeException(nameof(problem), problem.Kind, "A problem nobody has decided about."),
        };
    }

    public static ApiException NoSuchAccount() => new(new ApiError(
        StatusCodes.Status404NotFound, ApiErrorTypes.NotFound, "resource_missing", "There is no such webhook account.")
    { Param = "account" });

    /// <summary>The same for every reason: a forger learns nothing from it.</summary>
    public static ApiException WebhookRefused() => Invalid("webhook_refused", "The event could not be verified.");

    public static ApiError NoSuchRoute() => new(
        StatusCodes.Status404NotFound, ApiErrorTypes.NotFound, "route_unknown", "There is no such address; /openapi/v1.json lists them all.");

    public static ApiError MethodNotAllowed(string allowed) => new(
        StatusCodes.Status405MethodNotAllowed, ApiErrorTypes.InvalidRequest, "method_not_allowed", $"This address answers to {allowed} only.");

    public static ApiException BodyTooLarge(long limit) => new(new ApiError(
        StatusCodes.Status413PayloadTooLarge, ApiErrorTypes.InvalidRequest, "body_too_large", $"The body is larger than {limit} bytes."));

    public static ApiException BodyTooSlow() => new(new ApiError(
        StatusCodes.Status408RequestTimeout, ApiErrorTypes.InvalidRequest, "body_timeout", "The body did not arrive within 10 seconds."));

    public static ApiException NotJson() => new(new ApiError(
        StatusCodes.Status415UnsupportedMediaType, ApiErrorTypes.InvalidRequest, "content_type_unsupported", "Send the body as 'Content-Type: application/json', in UTF-8 and not compressed."));

    public static ApiException KeyMissing() => new(new ApiError(
        StatusCodes.Status400BadRequest, ApiErrorTypes.Idempotency, "idempotency_key_missing", "A POST needs an 'Idempotency-Key' header, so that it can be repeated safely.")
    { Param = "Idempotency-Key" });

    public static ApiException KeyInvalid() => new(new ApiError(
        StatusCodes.Status400BadRequest, ApiErrorTypes.Idempotency, "idempotency_key_invalid", "'Idempotency-Key' is one header of 1 to 255 printable ASCII characters.")
    { Param = "Idempotency-Key" });

    public static ApiException KeyReused() => new(new ApiError(
        StatusCodes.Status400BadRequest, ApiErrorTypes.Idempotency, "idempotency_key_reused", "This Idempotency-Key was used for another request. Send a new key for a new request.")
    { Param = "Idempotency-Key" });

    public static ApiException KeyInUse(TimeSpan retryAfter) => new(new ApiError(
        StatusCodes.Status409Conflict, ApiErrorTypes.Idempotency, "idempotency_key_in_use", "A request with this Idempotency-Key is being worked on. Send it again a little later to get its answer.")
    { Param = "Idempotency-Key", RetryAfter = retryAfter });

    public static ApiException OrderExists() => new(new ApiError(
        StatusCodes.Status409Conflict, ApiErrorTypes.Conflict, "order_already_exists", "This order is being paid, or was paid, by a checkout with other content. An order can be paid once.")
    { Param = "order" });

    /// <summary>More refunds are coming in than may wait for their turn.</summary>
    public static ApiException TooManyRefunds() => new(new ApiError(
        StatusCodes.Status429TooManyRequests, ApiErrorTypes.RateLimit, "too_many_refunds", "More refunds are coming in than are taken at once. Repeat the request with the same Idempotency-Key.")
    { RetryAfter = TimeSpan.FromSeconds(1) });

    public static ApiException WrongState(string state, string action, string allowed) => new(new ApiError(
        StatusCodes.Status409Conflict, ApiErrorTypes.Conflict, "checkout_state_invalid", $"The checkout is '{state}'; {action} is allowed for: {allowed}."));

    public static ApiException AmountTooLarge(long available) => new(new ApiError(
        StatusCodes.Status400BadRequest, ApiErrorTypes.InvalidRequest, "amount_too_large", $"At most {available} minor units can be captured.")
    { Param = "amount", Available = available });

    public static ApiError DatabaseUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable, ApiErrorTypes.Unavailable, "database_unavailable", "The database cannot be reached. Repeat the request with the same Idempotency-Key.")
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static ApiError EngineUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable, ApiErrorTypes.Unavailable, "engine_unavailable", "The workflow engine cannot be reached. Repeat the request with the same Idempotency-Key.")
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static ApiError Internal() => new(
        StatusCodes.Status500InternalServerError, ApiErrorTypes.Internal, "internal", "Something went wrong on our side. Quote the Transaction-Id and Request-Id when you ask about it.");
}
