using System.Text.Json.Serialization;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Contracts.Refunds;

/// <summary>The state of a refund that its row keeps and its caller sees. Amounts in minor units of the checkout's currency.</summary>
public sealed record RefundView
{
    public required RefundStatus Status { get; init; }
    public required long Amount { get; init; }

    /// <summary>The tax within the amount.</summary>
    public long AmountTax { get; init; }

    /// <summary>Why it failed or was canceled.</summary>
    public RefundFailure? Failure { get; init; }

    public HeldView? Held { get; init; }
    public IReadOnlyList<RefundStepRecord> Steps { get; init; } = [];

    /// <summary>The provider's id of the refund (<c>re_...</c>).</summary>
    public string? ProviderRefundId { get; init; }

    /// <summary>Number of the business attempt, from 1; a person's retry after a failure is a new one.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The part that took back the sale, once it is booked; the rest paid what was owed already.</summary>
    public long AmountOfSale { get; init; }

    /// <summary>The tax within that part, by jurisdiction.</summary>
    public IReadOnlyList<TaxShare> Taxes { get; init; } = [];

    /// <summary>An attempt that had succeeded failed: its money is booked as owed to the customer until it is paid.</summary>
    public bool Owed { get; init; }

    /// <summary>It ended as failed without anybody knowing for certain: its amount is not free for another refund.</summary>
    public bool KeepsAmount { get; init; }

    /// <summary>A person gave it up with its outcome unknown: what the provider tells of it later is news.</summary>
    [JsonIgnore]
    public bool IsGivenUp => Status == RefundStatus.Failed && KeepsAmount;

    /// <summary>How the customer was paid outside of the provider, in the words of the person who says so.</summary>
    public string? PaidOutside { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether a caller who waits can be told something.</summary>
    [JsonIgnore]
    public bool TellsTheCaller => Status != RefundStatus.Processing || Held is not null;

    /// <summary>Grows with each change; a stale write never goes back.</summary>
    public int Revision { get; init; }
}

/// <summary>Why a refund failed.</summary>
/// <param name="Code">The provider's code, such as <c>lost_or_stolen_card</c>, or ours.</param>
/// <param name="Message">For people.</param>
public sealed record RefundFailure(string Code, string Message);

/// <summary>One step of a refund as people and callers see it.</summary>
public sealed record RefundStepRecord(RefundStep Name, StepStatus Status, int Attempts, DateTimeOffset At, string? Reference);

/// <summary>How a refund ended.</summary>
public sealed record RefundResult(RefundId RefundId, TransactionId TransactionId, RefundView View);
