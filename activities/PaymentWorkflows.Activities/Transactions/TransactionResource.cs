using System.ComponentModel;
using System.Text.Json.Serialization;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Failures;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>The whole story of one transaction. Amounts in minor units.</summary>
public sealed record TransactionResource
{
    [Description("Always 'transaction'.")]
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "transaction";

    public required string Id { get; init; }
    public required string? Merchant { get; init; }

    [Description("The status of the newest checkout; null when none is known.")]
    public required CheckoutStatus? Status { get; init; }

    [Description("Who can do something about the failure: client, us, provider or issuer; null when nothing failed.")]
    public required FailureOwner? Owner { get; init; }

    public required FailureResource? Failure { get; init; }

    [Description("The money as it stands now.")]
    public required TransactionMoney? Money { get; init; }

    [Description("Everything that happened, in order, each with the money as it stood then.")]
    public required IReadOnlyList<StoryResource> Story { get; init; }

    [Description("Whether more happened than is told here.")]
    public required bool Truncated { get; init; }

    public required IReadOnlyList<CheckoutResource> Checkouts { get; init; }
    public required IReadOnlyList<TransactionStep> Steps { get; init; }
    public required IReadOnlyList<AttemptResource> Attempts { get; init; }
    public required IReadOnlyList<ProviderEventResource> Events { get; init; }
    public required IReadOnlyList<LedgerEntryResource> LedgerEntries { get; init; }

    [Description("Where to look further.")]
    public required TransactionLinks Links { get; init; }
}

/// <summary>What went wrong and stands so.</summary>
public sealed record FailureResource(FailureOwner Owner, string Code, string Message, DateTimeOffset At);

/// <summary>Money at one moment.</summary>
/// <param name="Currency">All amounts are in it.</param>
/// <param name="Authorized">Reserved or taken from the customer.</param>
/// <param name="Captured">Taken.</param>
/// <param name="Refunded">Given back.</param>
/// <param name="Balance">Taken and not given back, as the provider says.</param>
/// <param name="Booked">The same as the books say; the provider's fee is not taken off.</param>
public sealed record TransactionMoney(string Currency, long Authorized, long Captured, long Refunded, long Balance, long Booked);

/// <summary>One thing that happened.</summary>
public sealed record StoryResource(
    DateTimeOffset At, string Kind, string Source, string Title, string? Reference, TransactionMoney? Money, IReadOnlyDictionary<string, string?> Details);

/// <summary>A step of a checkout and what became of it.</summary>
public sealed record TransactionStep(string Checkout, CheckoutStep Name, StepStatus Status, int Attempts, DateTimeOffset At, string? Reference);

/// <summary>An attempt to move money: sending, succeeded, declined, pending, not_attempted or unknown.</summary>
public sealed record AttemptResource(
    string Key, string Operation, string Provider, string? ProviderId, string State, int Sends, DateTimeOffset FirstSentAt, DateTimeOffset LastSentAt,
    DateTimeOffset UpdatedAt, FailureOwner? Owner, string? Code, string? Message);

/// <summary>What a provider told by webhook, and what became of it: signaled, ignored, parked, or null while it is open.</summary>
public sealed record ProviderEventResource(
    string Id, string Account, string Type, DateTimeOffset ReceivedAt, string? Outcome, string? Detail, int Tries, DateTimeOffset? CompletedAt);

/// <summary>An entry of the books.</summary>
public sealed record LedgerEntryResource(string Reference, [property: JsonPropertyName("kind")] string EntryKind, DateTimeOffset At, IReadOnlyList<PostingResource> Postings);

/// <summary>One side of an entry; debits positive, credits negative.</summary>
public sealed record PostingResource(string Account, string Name, string Currency, long Amount);

/// <summary>Where to look further.</summary>
/// <param name="Workflow">The workflow of the newest checkout.</param>
/// <param name="Checkouts">The checkouts' addresses.</param>
/// <param name="Traces">The trace ids that the checkouts were accepted in.</param>
public sealed record TransactionLinks(string? Workflow, IReadOnlyList<string> Checkouts, IReadOnlyList<string> Traces);
