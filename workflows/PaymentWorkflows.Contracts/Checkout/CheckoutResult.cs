using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>How a checkout ended.</summary>
/// <param name="CheckoutId">The checkout.</param>
/// <param name="TransactionId">The id through all systems.</param>
/// <param name="Attempt">Which business attempt at the order this was.</param>
/// <param name="View">Its last state.</param>
/// <param name="Compensations">What was taken back, in the order it was done.</param>
public sealed record CheckoutResult(
    CheckoutId CheckoutId,
    TransactionId TransactionId,
    int Attempt,
    CheckoutView View,
    IReadOnlyList<CompensationRecord> Compensations);

/// <summary>The answer a waiting caller gets as soon as the customer can be told.</summary>
public sealed record CheckoutAnswer(CheckoutId CheckoutId, TransactionId TransactionId, int Attempt, CheckoutView View);
