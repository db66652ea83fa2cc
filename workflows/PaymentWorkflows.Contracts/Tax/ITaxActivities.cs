using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Tax;

/// <summary>The steps that compute tax.</summary>
public interface ITaxActivities
{
    /// <summary>Computes the tax on a checkout's lines. Moves nothing; may be called again at any time.</summary>
    [Activity("calculate_tax")]
    Task<TaxResult> CalculateAsync(TaxRequest request);
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
public sealed record TaxResult(Money Total, Money Tax, string Reference);
