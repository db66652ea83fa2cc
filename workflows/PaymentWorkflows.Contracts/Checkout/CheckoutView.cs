using System.Text.Json.Serialization;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>The state of a checkout that its row keeps and its caller sees. Amounts in minor units of the checkout's currency.</summary>
public sealed record CheckoutView
{
    public required CheckoutStatus Status { get; init; }

    /// <summary>What the customer pays, tax included.</summary>
    public required long Amount { get; init; }

    public long AmountTax { get; init; }
    public long AmountCaptured { get; init; }
    public long AmountRefunded { get; init; }
    public NextAction? NextAction { get; init; }

    /// <summary>The tax as it was computed and committed; null when there is none.</summary>
    public CheckoutTax? Tax { get; init; }

    /// <summary>The provider has the payment and answers later (a bank debit): the caller is told so instead of waiting.</summary>
    public bool AwaitsProvider { get; init; }

    public PaymentReference? Payment { get; init; }
    public Decline? Decline { get; init; }
    public HeldView? Held { get; init; }
    public IReadOnlyList<StepRecord> Steps { get; init; } = [];

    /// <summary>What a person changed of the request for the payment; null when it is as the caller sent it.</summary>
    public PaymentChange? Change { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether a caller who waits can be told something.</summary>
    [JsonIgnore]
    public bool TellsTheCaller => Status.IsAnswer() || AwaitsProvider || Held is not null;

    /// <summary>Grows with each change; a stale write never goes back.</summary>
    public int Revision { get; init; }
}

/// <summary>The tax of a checkout.</summary>
/// <param name="Calculation">The engine's id of the calculation.</param>
/// <param name="ExpiresAt">Until when it can be committed (UTC).</param>
/// <param name="Shares">By jurisdiction; add up to the checkout's tax.</param>
/// <param name="Transaction">The engine's id of the tax transaction, once it is committed.</param>
public sealed record CheckoutTax(string Calculation, DateTimeOffset? ExpiresAt, IReadOnlyList<TaxShare> Shares, string? Transaction);

/// <summary>
/// What a person changed of a request that the provider had refused. Written to the row before the changed request is sent, so that no
/// later run asks for the same payment under an older key.
/// </summary>
/// <param name="Revision">How often it was changed; part of the attempt key.</param>
/// <param name="Token">The payment method's token; null leaves the caller's.</param>
/// <param name="ReturnUrl">Where the customer comes back to; null leaves the caller's.</param>
public sealed record PaymentChange(int Revision, string? Token, string? ReturnUrl);

/// <summary>The payment at its provider.</summary>
/// <param name="Provider">The adapter's name.</param>
/// <param name="Id">The provider's id.</param>
/// <param name="Method">The payment method's name.</param>
public sealed record PaymentReference(string Provider, string Id, string Method);

/// <summary>What a checkout waits for a person with.</summary>
/// <param name="Id">Names the hold within its workflow, such as <c>authorize</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="Deadline">When it is overdue (UTC).</param>
/// <param name="Owner">The team that acts.</param>
/// <param name="Actions">What that team may do.</param>
/// <param name="Message">What happened, for that team.</param>
public sealed record HeldView(string Id, HoldReason Reason, DateTimeOffset Since, DateTimeOffset Deadline, string Owner, IReadOnlyList<HoldAction> Actions, string Message)
{
    /// <summary>How often its deadline passed without an act.</summary>
    public int Level { get; init; }

    /// <summary>The fields that <c>retry_with_change</c> may change here; empty when there are none.</summary>
    public IReadOnlyList<string> Changeable { get; init; } = [];
}
