using System.Text.Json.Serialization;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>Every error answer.</summary>
public sealed record ApiErrorBody(ApiErrorDetail Error);

/// <summary>What was wrong.</summary>
/// <param name="Type">invalid_request, idempotency, authentication, permission, not_found, conflict, rate_limit, unavailable or internal.</param>
/// <param name="Code">What programs branch on.</param>
/// <param name="Message">For people.</param>
/// <param name="Param">Path of the field that was wrong, such as lines[0].unit_amount.</param>
/// <param name="TransactionId">The id through all systems.</param>
/// <param name="DocUrl">Where the code is explained.</param>
/// <param name="Available">For amount_too_large: what is left, in minor units.</param>
public sealed record ApiErrorDetail(
    string Type,
    string Code,
    string Message,
    string? Param,
    string TransactionId,
    string DocUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Available = null);
