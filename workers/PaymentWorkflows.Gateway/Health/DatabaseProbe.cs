using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Health;

/// <summary>The database answers a look-up as every request makes it.</summary>
public sealed class DatabaseProbe(ICheckoutStore store) : IReadinessProbe
{
    private static readonly CheckoutId Nobody = CheckoutId.Parse("chk_readiness");

    public string Name => "database";

    public Task CheckAsync(CancellationToken cancellationToken) => store.FindAsync(Nobody, cancellationToken);
}
