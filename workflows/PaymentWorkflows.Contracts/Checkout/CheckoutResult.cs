using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;

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

/// <summary>One compensation and what became of it.</summary>
/// <param name="Step">The step that was taken back.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reference">The provider's id of what took it back, if any.</param>
/// <param name="Detail">For people.</param>
public sealed record CompensationRecord(CheckoutStep Step, CompensationOutcome Outcome, string? Reference, string Detail);

/// <summary>What became of a compensation.</summary>
public enum CompensationOutcome
{
    /// <summary>Taken back.</summary>
    Undone,

    /// <summary>There was nothing to take back.</summary>
    NotNeeded,

    /// <summary>A person decided to settle it outside.</summary>
    SkippedByOperator,
}
