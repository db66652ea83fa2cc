using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>Where callers of this process wait for news of a checkout, and where news is brought.</summary>
public interface IOutcomeBoard
{
    /// <summary>
    /// Waits until a view of the checkout satisfies <paramref name="until"/>. The waiter is registered before the method returns its task,
    /// so news brought after the call is never missed. Gives null when the time ran out or the token was cancelled: whoever waits reads
    /// the row in any case.
    /// </summary>
    Task<CheckoutView?> WaitAsync(CheckoutId id, Func<CheckoutView, bool> until, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>News from this process: the view that was just made durable.</summary>
    void Announce(CheckoutId id, CheckoutView view);

    /// <summary>News from another process: the row changed, whoever waits reads it.</summary>
    void AnnounceChanged(CheckoutId id);
}
