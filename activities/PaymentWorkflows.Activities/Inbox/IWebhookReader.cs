using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Inbox;

/// <summary>Knows one provider's webhooks: who may send them and what they are about.</summary>
public interface IWebhookReader
{
    /// <summary>
    /// Checks the signature over the raw bytes, then reads id and type. Every refusal takes the same time; the reason is for logs only.
    /// </summary>
    WebhookCheck Check(ReadOnlyMemory<byte> body, string? signatureHeader, DateTimeOffset now);

    /// <summary>What a kept event is about, from its raw bytes.</summary>
    /// <exception cref="FormatException">The bytes are no event that this build can read.</exception>
    WebhookSubject Read(ReadOnlyMemory<byte> body);
}

/// <summary>What the check of a webhook gave. Closed.</summary>
public abstract record WebhookCheck
{
    private WebhookCheck()
    {
    }

    /// <param name="EventId">The provider's id of the event.</param>
    /// <param name="Type">The provider's type.</param>
    /// <param name="Subject">What it is about; null when it cannot be read, which is no reason to refuse it.</param>
    public sealed record Genuine(string EventId, string Type, WebhookSubject? Subject) : WebhookCheck;

    public sealed record Refused(string Reason) : WebhookCheck;
}

/// <summary>What an event is about.</summary>
/// <param name="WorkflowId">The workflow named in the object's metadata; null when it is not ours.</param>
/// <param name="PaymentId">The provider's payment, if any.</param>
/// <param name="TransactionId">The id through all systems, from the same metadata; null when it is not ours.</param>
/// <param name="CheckoutId">The checkout, from the same metadata; null when it is not one's payment.</param>
/// <param name="Interest">Who may be waiting for this type.</param>
public sealed record WebhookSubject(string? WorkflowId, string? PaymentId, TransactionId? TransactionId, CheckoutId? CheckoutId, WebhookInterest Interest)
{
    /// <summary>The provider's refund; null when it is about none.</summary>
    public string? RefundId { get; init; }

    /// <summary>Whether it tells that money was reserved or taken, which somebody must heed also when its checkout has ended.</summary>
    public bool TellsOfMoney { get; init; }
}

/// <summary>Who may be waiting for a type of event.</summary>
public enum WebhookInterest
{
    /// <summary>No saga.</summary>
    None,

    /// <summary>A checkout that is being paid: of no use once it has ended, nor while it is at the very call that the event tells of.</summary>
    Payment,

    /// <summary>Any saga, also one that gives money back.</summary>
    Refund,

    /// <summary>A refund, also one that has ended: its money has come back.</summary>
    RefundFailed,
}
