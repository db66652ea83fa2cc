using System.Text.Json;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Stripe.Payments;

namespace PaymentWorkflows.Stripe.Webhooks;

/// <summary>Stripe's webhooks: snapshot events, signed over their raw bytes.</summary>
internal sealed class StripeWebhookReader(StripeConnection connection) : IWebhookReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    private static readonly HashSet<string> TypesThatMatter = new(StringComparer.Ordinal)
    {
        "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.amount_capturable_updated",
        "payment_intent.processing", "charge.expired", "refund.created", "refund.updated", "refund.failed",
    };

    public WebhookCheck Check(ReadOnlyMemory<byte> body, string? signatureHeader, DateTimeOffset now)
    {
        if (StripeSignature.Problem(body.Span, signatureHeader, connection.WebhookSecrets, now) is { } problem)
        {
            return new WebhookCheck.Refused(problem);
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Text(document.RootElement, "id") is { Length: <= 255 } id && Text(document.RootElement, "type") is { Length: <= 255 } type
                ? new WebhookCheck.Genuine(id, type)
                : new WebhookCheck.Refused("the event has no id or type");
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new WebhookCheck.Refused("the body is no JSON event");
        }
    }

    public WebhookSubject Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var type = Text(document.RootElement, "type") ?? throw new FormatException("The event has no type.");
            var subject = Child(Child(document.RootElement, "data"), "object") ?? throw new FormatException("The event carries no object.");
            var workflow = Text(Child(subject, "metadata"), MetadataKeys.WorkflowId);
            var payment = Text(subject, "object") == "payment_intent" ? Text(subject, "id") : Text(subject, "payment_intent");
            return new WebhookSubject(workflow, payment, TypesThatMatter.Contains(type));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            throw new FormatException("The event is no JSON that this build reads.", unreadable);
        }
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var child) ? child : null;

    private static string? Text(JsonElement? parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.String } child ? child.GetString() : null;
}
