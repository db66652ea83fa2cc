namespace PaymentWorkflows.Gateway.Http;

/// <summary>An error answer before it is written.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The error's family, see <see cref="ApiErrorTypes"/>.</param>
/// <param name="Code">What programs branch on.</param>
/// <param name="Message">For people; never holds a value that the caller sent in a body.</param>
public sealed record ApiError(int Status, string Type, string Code, string Message)
{
    /// <summary>Path of the field, such as <c>lines[0].unit_amount</c>.</summary>
    public string? Param { get; init; }

    /// <summary>For <c>amount_too_large</c>: what is left, in minor units.</summary>
    public long? Available { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether the same request would always get this answer, so that an idempotency key may keep it. What only the moment
    /// decided (busy, unavailable, broken) must be tried again.
    /// </summary>
    public bool IsDeterministic => Status is >= 400 and < 500 && RetryAfter is null && Status != StatusCodes.Status408RequestTimeout;
}

/// <summary>The families of errors.</summary>
public static class ApiErrorTypes
{
    public const string InvalidRequest = "invalid_request";
    public const string Idempotency = "idempotency";
    public const string Authentication = "authentication";
    public const string NotFound = "not_found";
    public const string Conflict = "conflict";
    public const string RateLimit = "rate_limit";
    public const string Unavailable = "unavailable";
    public const string Internal = "internal";
}
