using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>The waiters for checkouts in this process.</summary>
/// <param name="read">Reads the checkout's view from its row; null when there is none.</param>
/// <param name="clock">The time.</param>
/// <param name="poll">How often a waiter reads the row unasked; 500 ms when left out.</param>
public sealed class OutcomeBoard(Func<CheckoutId, CancellationToken, Task<CheckoutView?>> read, TimeProvider clock, TimeSpan? poll = null)
    : NewsBoard<CheckoutId, CheckoutView>(read, clock, poll), IOutcomeBoard;
