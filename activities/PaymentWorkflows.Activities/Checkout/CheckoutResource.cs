using System.ComponentModel;
using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>A checkout as its caller sees it, in answers and in notices. Amounts in minor units.</summary>
public sealed record CheckoutResource
{
    public required string Id { get; init; }

    [Description("Always 'checkout'.")]
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "checkout";

    [Description("The id of this purchase in every system, from the request to the bank line.")]
    public required string TransactionId { get; init; }

    public required string WorkflowId { get; init; }
    public required string Merchant { get; init; }
    public required string Order { get; init; }
    public required CheckoutStatus Status { get; init; }

    [Description("Why the checkout waits for a person; null when it does not.")]
    public required HeldResource? Held { get; init; }

    public required string Currency { get; init; }

    [Description("What the customer pays, tax included.")]
    public required long Amount { get; init; }

    [Description("The tax within the amount.")]
    public required long AmountTax { get; init; }
    [Description("What has been taken.")]
    public required long AmountCaptured { get; init; }
    [Description("What has been given back.")]
    public required long AmountRefunded { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }

    [Description("What the customer must do next; null when nothing.")]
    public required NextActionResource? NextAction { get; init; }

    public required PaymentResource? Payment { get; init; }

    [Description("Why the payment was refused; null when it was not.")]
    public required DeclineResource? Decline { get; init; }

    public required IReadOnlyList<StepResource> Steps { get; init; }

    public static CheckoutResource Of(StoredCheckout checkout)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        var view = checkout.View;
        return new CheckoutResource
        {
            Id = checkout.Id.ToString(),
            TransactionId = checkout.TransactionId.ToString(),
            WorkflowId = checkout.WorkflowId,
            Merchant = checkout.Input.Merchant.ToString(),
            Order = checkout.Input.Order.ToString(),
            Status = view.Status,
            Held = view.Held is { } held ? new HeldResource(held.Reason, held.Since, held.Deadline, held.Owner, held.Actions, held.Id, held.Level) : null,
            Currency = checkout.Input.Currency.Code,
            Amount = view.Amount,
            AmountTax = view.AmountTax,
            AmountCaptured = view.AmountCaptured,
            AmountRefunded = view.AmountRefunded,
            CreatedAt = checkout.CreatedAt,
            CompletedAt = view.CompletedAt,
            NextAction = view.NextAction is { } action ? new NextActionResource(action.Type, action.Url, action.Data, action.ExpiresAt) : null,
            Payment = view.Payment is { } payment ? new PaymentResource(payment.Provider, payment.Id, payment.Method) : null,
            Decline = view.Decline is { } decline ? new DeclineResource(decline.Code, decline.Category, decline.Advice, decline.Message) : null,
            Steps = [.. view.Steps.Select(step => new StepResource(step.Name, step.Status, step.Attempts, step.At, step.Reference))],
        };
    }
}

/// <summary>What a checkout waits for a person with.</summary>
public sealed record HeldResource(
    HoldReason Reason,
    DateTimeOffset Since,
    DateTimeOffset Deadline,
    string Owner,
    IReadOnlyList<HoldAction> Actions,
    [property: Description("Names the hold, for an act on one of several.")] string Id,
    [property: Description("How many deadlines have passed without an act; from 1 on the owner is whoever is over the first one.")] int Level);

/// <summary>
/// What the customer must do: three_d_secure or redirect (a page), qr_code (a code to scan), voucher (a slip to pay) or app_approval
/// (confirm on a phone). data holds the code's content or the slip's number.
/// </summary>
public sealed record NextActionResource(string Type, string? Url, string? Data, DateTimeOffset? ExpiresAt);

/// <summary>The payment at its provider.</summary>
public sealed record PaymentResource(string Provider, string Id, string Method);

/// <summary>Why a payment was refused, and what to do about it.</summary>
public sealed record DeclineResource(string Code, DeclineCategory Category, string Advice, string Message);

/// <summary>One step and what became of it.</summary>
public sealed record StepResource(CheckoutStep Name, StepStatus Status, int Attempts, DateTimeOffset At, string? Reference);

/// <summary>A page of checkouts, newest first.</summary>
public sealed record CheckoutListResource(
    [property: Description("Always 'list'."), JsonPropertyName("object")] string Kind,
    IReadOnlyList<CheckoutResource> Data,
    bool HasMore,
    string Url);
