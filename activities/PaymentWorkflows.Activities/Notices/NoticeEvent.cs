using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Notices;

/// <summary>The body of a notice, as the merchant's backend gets it.</summary>
public sealed record NoticeEvent
{
    public required string Id { get; init; }

    [JsonPropertyName("object")]
    public string Kind { get; init; } = "event";

    public required string Type { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required string TransactionId { get; init; }
    public required string Merchant { get; init; }
    public required NoticeData Data { get; init; }

    /// <summary>Its place among the notices of its checkout, from 1, without gaps.</summary>
    public required int Sequence { get; init; }

    /// <summary>The bytes to send.</summary>
    /// <exception cref="InvalidOperationException">This build cannot tell of such a subject.</exception>
    public static byte[] Write(TakenNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var told = new NoticeEvent
        {
            Id = notice.EventId,
            Type = notice.Type,
            Created = notice.CreatedAt,
            TransactionId = notice.TransactionId.Value,
            Merchant = notice.Merchant.Value,
            Data = new NoticeData(Resource(notice)),
            Sequence = notice.Sequence,
        };
        return JsonSerializer.SerializeToUtf8Bytes(told, ApiJson.Options);
    }

    /// <summary>The subject as its caller sees it, in the state that the fact left it in.</summary>
    private static object Resource(TakenNotice notice) => notice.SubjectId switch
    {
        var id when CheckoutId.TryParse(id, null, out _) => CheckoutResource.Of(notice.Checkout.Value with { View = Read<CheckoutView>(notice) }),
        var id when RefundId.TryParse(id, null, out _) => RefundResource.Of(Read<StoredRefund>(notice)),
        _ => throw new InvalidOperationException($"No notice can be made of {notice.SubjectId}."),
    };

    private static T Read<T>(TakenNotice notice) => JsonSerializer.Deserialize<T>(notice.Payload, PaymentWorkflowsJson.Options)
        ?? throw new InvalidOperationException($"The notice of {notice.SubjectId} is empty.");
}

/// <summary>What a notice tells of.</summary>
/// <param name="Subject">The resource as <c>GET</c> gives it, with its <c>object</c> naming its kind.</param>
public sealed record NoticeData([property: JsonPropertyName("object")] object Subject);
