using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Domain.Tax;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Tax;

/// <summary>The steps that compute tax and tell the tax engine what was sold and given back.</summary>
public interface ITaxActivities
{
    /// <summary>Computes the tax on a checkout's lines. Moves nothing; may be called again at any time.</summary>
    [Activity("calculate_tax")]
    Task<TaxResult> CalculateAsync(TaxRequest request);

    /// <summary>
    /// Makes the calculation a tax transaction, once for its key. <see cref="StepVerdict.Refused"/> with <c>calculation_expired</c> when the
    /// engine no longer knows it.
    /// </summary>
    [Activity("commit_tax")]
    Task<StepVerdict> CommitAsync(CommitTaxRequest request);

    /// <summary>Takes back a part of a tax transaction, in proportion, once for its key.</summary>
    [Activity("reverse_tax")]
    Task<StepVerdict> ReverseAsync(ReverseTaxRequest request);
}

/// <summary>What tax is computed on.</summary>
public sealed record TaxRequest : ITraced
{
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }

    /// <summary>The engine's adapter reads the customer's address by this id.</summary>
    public required CustomerId Customer { get; init; }

    public required Currency Currency { get; init; }
    public required IReadOnlyList<CheckoutLine> Lines { get; init; }

    /// <summary>Whether the lines' prices contain the tax.</summary>
    public required TaxBehavior Behavior { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>What an engine computed.</summary>
/// <param name="Total">What the customer pays, tax contained.</param>
/// <param name="Tax">The tax within the total.</param>
/// <param name="Reference">The engine's id of the calculation.</param>
public sealed record TaxResult(Money Total, Money Tax, string Reference)
{
    /// <summary>Until when the calculation can be committed (UTC); null when it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The tax by jurisdiction, kind and rate; adds up to <see cref="Tax"/>.</summary>
    public IReadOnlyList<TaxComponent> Components { get; init; } = [];
}

/// <summary>Commit a calculation.</summary>
public sealed record CommitTaxRequest : ITraced
{
    /// <summary>Unique for ever at the engine.</summary>
    public required AttemptKey Key { get; init; }

    public required TransactionId TransactionId { get; init; }

    /// <summary>The engine's id of the calculation.</summary>
    public required string Calculation { get; init; }

    /// <summary>When the money was taken (UTC).</summary>
    public required DateTimeOffset PostedAt { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}

/// <summary>Take back a part of a committed calculation.</summary>
public sealed record ReverseTaxRequest : ITraced
{
    /// <summary>Unique for ever at the engine.</summary>
    public required AttemptKey Key { get; init; }

    public required TransactionId TransactionId { get; init; }

    /// <summary>The engine's id of the tax transaction.</summary>
    public required string Original { get; init; }

    /// <summary>What the customer gets back, tax contained; null takes back all that is left.</summary>
    public Money? Amount { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}
