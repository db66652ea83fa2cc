using System.ComponentModel;
using System.Text.Json.Serialization;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>A refund as its caller sees it, in answers and in notices. Amounts in minor units.</summary>
public sealed record RefundResource
{
    public required string Id { get; init; }

    [Description("Always 'refund'.")]
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "refund";

    [Description("What is given back.")]
    public required string Checkout { get; init; }

    [Description("The checkout's: the id of the purchase in every system.")]
    public required string TransactionId { get; init; }

    public required string WorkflowId { get; init; }
    public required string Merchant { get; init; }

    [Description("processing: reserved, on its way to the provider; pending: the provider has it, the customer not yet.")]
    public required RefundStatus Status { get; init; }

    [Description("Why the refund waits for a person; null when it does not.")]
    public required HeldResource? Held { get; init; }

    public required long Amount { get; init; }
    public required string Currency { get; init; }

    [Description("The tax within the amount.")]
    public required long AmountTax { get; init; }

    public required RefundReason Reason { get; init; }

    [Description("Who wanted it: the merchant, a checkout that was undone, or money that came too late.")]
    public required RefundOrigin Origin { get; init; }

    [Description("Why it failed, also while a person is to decide about it; null when it did not.")]
    public required RefundFailureResource? Failure { get; init; }

    [Description("The provider's id of the refund; null before there is one.")]
    public required string? ProviderId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }
    public required IReadOnlyDictionary<string, string>? Metadata { get; init; }
    public required IReadOnlyList<RefundStepResource> Steps { get; init; }

    public static RefundResource Of(StoredRefund refund)
    {
        ArgumentNullException.ThrowIfNull(refund);
        var view = refund.View;
        return new RefundResource
        {
            Id = refund.Id.ToString(),
            Checkout = refund.CheckoutId.ToString(),
            TransactionId = refund.TransactionId.ToString(),
            WorkflowId = refund.WorkflowId,
            Merchant = refund.Merchant.ToString(),
            Status = view.Status,
            Held = view.Held is { } held ? new HeldResource(held.Reason, held.Since, held.Deadline, held.Owner, held.Actions, held.Id, held.Level) : null,
            Amount = view.Amount,
            Currency = refund.Currency.Code,
            AmountTax = view.AmountTax,
            Reason = refund.Input.Reason,
            Origin = refund.Input.Origin,
            Failure = view.Failure is { } failure ? new RefundFailureResource(failure.Code, failure.Message) : null,
            ProviderId = view.ProviderRefundId,
            CreatedAt = refund.CreatedAt,
            CompletedAt = view.CompletedAt,
            Metadata = refund.Input.Metadata,
            Steps = [.. view.Steps.Select(step => new RefundStepResource(step.Name, step.Status, step.Attempts, step.At, step.Reference))],
        };
    }
}

/// <summary>Why a refund failed: the provider's code, such as charge_disputed or lost_or_stolen_card, or ours.</summary>
public sealed record RefundFailureResource(string Code, string Message);

/// <summary>One step of a refund and what became of it.</summary>
public sealed record RefundStepResource(RefundStep Name, StepStatus Status, int Attempts, DateTimeOffset At, string? Reference);

/// <summary>A page of refunds, newest first.</summary>
public sealed record RefundListResource(
    [property: Description("Always 'list'."), JsonPropertyName("object")] string Kind,
    IReadOnlyList<RefundResource> Data,
    bool HasMore,
    string Url);
