using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>The answers of the faults that do not come from an endpoint.</summary>
internal static class FaultAnswers
{
    /// <summary>The answer of a request that was turned away.</summary>
    public static Answer NotExecuted(FaultRule fault) => fault.Kind switch
    {
        FaultKind.RateLimited => Answer.Error(
            429,
            "invalid_request_error",
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
            "rate_limit") with
        { RateLimitReason = fault.Reason ?? "endpoint-rate" },
        FaultKind.LockTimeout => Answer.Error(
            429,
            "invalid_request_error",
            "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
            "lock_timeout"),
        FaultKind.Unauthorized => Answer.Error(401, "invalid_request_error", "Expired API Key provided: the key was revoked.", "api_key_expired"),
        FaultKind.Forbidden => Answer.Error(403, "invalid_request_error", "The provided key does not have the required permissions for this endpoint.", "secret_key_required"),
        FaultKind.Unavailable => Answer.Error(503, "api_error", "Stripe is temporarily unavailable. Please try again."),
        _ => throw new InvalidOperationException($"fault {fault.Kind} executes its request"),
    };

    /// <summary>The answer that is kept under the key.</summary>
    public static Answer Forced(FaultRule fault, string requestId) => fault.Kind switch
    {
        FaultKind.Stored500 => Answer.Error(500, "api_error", "An unknown error occurred. (Request " + requestId + ")") with { Saved = true },
        FaultKind.BalanceInsufficient => Refused("balance_insufficient", "Insufficient funds in your Stripe balance to refund this amount. Add funds to your balance and try again."),
        FaultKind.ChargeDisputed => Refused("charge_disputed", "The charge has been charged back; cannot issue a refund."),
        FaultKind.ChargeNotRefundable => Refused("charge_not_refundable", "The charge cannot be refunded: its payment method takes refunds only for a limited time."),
        FaultKind.FailedTaxCalculation => Refused("failed_tax_calculation", "The tax for this request could not be calculated. Try again later."),
        _ => throw new InvalidOperationException($"fault {fault.Kind} has no stored answer"),
    };

    private static Answer Refused(string code, string message) =>
        Answer.Of(400, new JsonObject { ["error"] = StripeErrors.Body("invalid_request_error", message, code, null) });
}
