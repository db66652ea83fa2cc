using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>Something that happened in a transaction, as one source knows it.</summary>
public sealed record StoryLine
{
    public required DateTimeOffset At { get; init; }

    /// <summary>What kind of thing: <c>http</c>, <c>checkout</c>, <c>step</c>, <c>attempt</c>, <c>event</c>, <c>audit</c>, <c>ledger</c>, <c>notice</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>Who knows it: the table or the system.</summary>
    public required string Source { get; init; }

    /// <summary>In a few words for people.</summary>
    public required string Title { get; init; }

    /// <summary>The id to look further with.</summary>
    public string? Reference { get; init; }

    public IReadOnlyDictionary<string, string?> Details { get; init; } = new Dictionary<string, string?>();

    /// <summary>What it changed about the money; null when nothing.</summary>
    public MoneyNote? Money { get; init; }

    /// <summary>The place among things of the same moment: causes before effects.</summary>
    public int Rank { get; init; }

    /// <summary>A hold that waits for a person.</summary>
    /// <param name="held">The hold.</param>
    /// <param name="source">The table that knows it.</param>
    /// <param name="reference">The id of what is held.</param>
    public static StoryLine Of(HeldView held, string source, string reference)
    {
        ArgumentNullException.ThrowIfNull(held);
        return new StoryLine
        {
            At = held.Since,
            Kind = "hold",
            Source = source,
            Title = $"Waits for {held.Owner}: {HoldRules.Name(held.Reason)}",
            Reference = reference,
            Details = new Dictionary<string, string?>
            {
                ["hold"] = held.Id,
                ["deadline"] = $"{held.Deadline:O}",
                ["actions"] = string.Join(", ", held.Actions.Select(HoldRules.Name)),
                ["message"] = held.Message,
            },
            Rank = 30,
        };
    }
}

/// <summary>What became known of money: the state of one payment or one refund, or what was booked.</summary>
public sealed record MoneyNote
{
    public required Currency Currency { get; init; }

    /// <summary>The payment at the provider; null for a booking.</summary>
    public string? Payment { get; init; }

    /// <summary>The refund of that payment, when it is about one.</summary>
    public string? Refund { get; init; }

    /// <summary>Reserved or taken from the customer, in minor units; null leaves it as it was.</summary>
    public long? Authorized { get; init; }

    /// <summary>Taken.</summary>
    public long? Captured { get; init; }

    /// <summary>Given back: of the payment in all, or by the one refund.</summary>
    public long? Refunded { get; init; }

    /// <summary>What the books add to what is kept of the purchase.</summary>
    public long Booked { get; init; }
}

/// <summary>What went wrong, as a source knows it.</summary>
/// <param name="At">When.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Code">In one word.</param>
/// <param name="Message">For people.</param>
public sealed record StoryFailure(DateTimeOffset At, Domain.Failures.FailureOwner Owner, string Code, string Message);
