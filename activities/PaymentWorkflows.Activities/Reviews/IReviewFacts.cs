using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Reviews;

namespace PaymentWorkflows.Activities.Reviews;

/// <summary>What review rules ask about the past. Every payment counts, whether or not a rule looked at it.</summary>
public interface IReviewFacts
{
    /// <summary>Checkouts of one customer of one merchant that were not declined, given up or canceled.</summary>
    /// <param name="merchant">The merchant.</param>
    /// <param name="customer">Its customer.</param>
    /// <param name="currency">The currency that is added up.</param>
    /// <param name="since">From when on (UTC).</param>
    /// <param name="except">The checkout in question, which is not counted.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<VelocitySeen> OfCustomerAsync(MerchantId merchant, CustomerId customer, Currency currency, DateTimeOffset since, CheckoutId except, CancellationToken cancellationToken);

    /// <summary>Payments that one card authorized, with any merchant.</summary>
    /// <param name="fingerprint">The provider's name of the card.</param>
    /// <param name="currency">The currency that is added up.</param>
    /// <param name="since">From when on (UTC).</param>
    /// <param name="except">The transaction in question, which is not counted.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<VelocitySeen> OfCardAsync(string fingerprint, Currency currency, DateTimeOffset since, TransactionId except, CancellationToken cancellationToken);
}
