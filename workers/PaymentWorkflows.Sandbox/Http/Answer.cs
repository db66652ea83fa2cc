using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>What is sent back.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON.</param>
/// <param name="OriginalRequest">For a replay: the request that was answered first.</param>
/// <param name="RateLimitReason">Value of <c>Stripe-Rate-Limited-Reason</c>.</param>
internal sealed record Answer(int Status, string Body, string? OriginalRequest = null, string? RateLimitReason = null)
{
    /// <summary>Whether it is kept under the idempotency key.</summary>
    public bool Saved { get; init; }

    public static Answer Of(int status, JsonObject body) => new(status, body.ToJsonString()) { Saved = true };

    public static Answer Of(StripeException refused, string requestId)
    {
        var error = (JsonObject)refused.Error.DeepClone();
        error["request_log_url"] = $"https://dashboard.stripe.com/test/logs/{requestId}";
        return new Answer(refused.Status, new JsonObject { ["error"] = error }.ToJsonString()) { Saved = refused.Saved };
    }

    /// <summary>An error that is never kept.</summary>
    public static Answer Error(int status, string type, string message, string? code = null) =>
        new(status, JsonSerializer.Serialize(new JsonObject { ["error"] = StripeErrors.Body(type, message, code, null) }));
}
