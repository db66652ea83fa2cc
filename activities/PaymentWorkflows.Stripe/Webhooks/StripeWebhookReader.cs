using System.Text.Json;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Stripe.Payments;

namespace PaymentWorkflows.Stripe.Webhooks;

/// <summary>Stripe's webhooks: snapshot events, signed over their raw bytes.</summary>
internal sealed class StripeWebhookReader(StripeConnection connection) : IWebhookReader
{
    private const int LongestName = 255;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>A refund that failed is told by the type, or by an update whose status says so.</summary>
    private static WebhookInterest Interest(string type, string? status) => type switch
    {
        "payment_intent.succeeded" or "payment_intent.payment_failed" or "payment_intent.canceled" or "payment_intent.amount_capturable_updated"
            or "payment_intent.processing" or "charge.expired" => WebhookInterest.Payment,
        "refund.failed" => WebhookInterest.RefundFailed,
        "refund.created" or "refund.updated" or "charge.refund.updated" => status == "failed" ? WebhookInterest.RefundFailed : WebhookInterest.Refund,
        _ => WebhookInterest.None,
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
            return Name(document.RootElement, "id") is { } id && Name(document.RootElement, "type") is { } type
                ? new WebhookCheck.Genuine(id, type, Subject(document.RootElement))
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
            return Subject(document.RootElement) ?? throw new FormatException("The event carries no type or no object.");
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            throw new FormatException("The event is no JSON that this build reads.", unreadable);
        }
    }

    private static WebhookSubject? Subject(JsonElement root)
    {
        if (Text(root, "type") is not { } type || Child(Child(root, "data"), "object") is not { } subject)
        {
            return null;
        }

        var metadata = Child(subject, "metadata");
        return new WebhookSubject(
            Name(metadata, MetadataKeys.WorkflowId),
            Text(subject, "object") == "payment_intent" ? Name(subject, "id") : Name(subject, "payment_intent"),
            TransactionId.TryParse(Name(metadata, MetadataKeys.TransactionId), null, out var transaction) ? transaction : null,
            CheckoutId.TryParse(Name(metadata, MetadataKeys.CheckoutId), null, out var checkout) ? checkout : null,
            Interest(type, Text(subject, "status")))
        {
            RefundId = Text(subject, "object") == "refund" ? Name(subject, "id") : null,
            TellsOfMoney = type is "payment_intent.succeeded" or "payment_intent.amount_capturable_updated" or "charge.succeeded",
        };
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var child) ? child : null;

    /// <summary>A text that names something: it is kept, logged and sent on, so it is printable ASCII and no card number; null for any other.</summary>
    private static string? Name(JsonElement? parent, string name) =>
        Text(parent, name) is { Length: > 0 and <= LongestName } text && text.All(c => c is > ' ' and <= '~') && !CardNumbers.IsInId(text) ? text : null;

    private static string? Text(JsonElement? parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.String } child ? child.GetString() : null;
}
