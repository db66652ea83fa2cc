using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Checkout;

public interface IOutcomeBoard
{
    Task<CheckoutView?> WaitAsync(CheckoutId id, Func<CheckoutView, bool> until, TimeSpan timeout, CancellationToken ct);

    void Announce(CheckoutId id, CheckoutView view);
}
