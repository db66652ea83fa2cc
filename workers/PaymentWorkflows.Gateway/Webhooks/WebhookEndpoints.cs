using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary>The routes that providers call.</summary>
internal static class WebhookEndpoints
{
    internal static void MapWebhooks(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/stripe/{account}", (HttpContext http, string account, StripeWebhook webhook) => webhook.AnswerAsync(http, account))
            .WithTags("Webhooks").WithName("receiveStripeWebhook").WithSummary("Receive a Stripe event")
            .WithDescription("Verified by its Stripe-Signature over the raw bytes, at most 1 MB. 200 means that the event is durable; 503 that it must be sent again.")
            .Produces<WebhookReceipt>().Fails(400, 404, 408, 413, 503);
}

/// <summary>The event is durable.</summary>
public sealed record WebhookReceipt(bool Received);
