using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>
/// Whether a request repeats a purchase that was accepted before. A repeat is answered as the first time, whatever payment methods the
/// deployment has dropped or changed since.
/// </summary>
public static class RepeatedCheckout
{
    /// <summary>The checkout that a repeat gets, or null when this would be a new attempt.</summary>
    /// <param name="store">The checkouts.</param>
    /// <param name="input">The purchase; its id, where it has one, is known too.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<StoredCheckout?> FindAsync(ICheckoutStore store, CheckoutInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(input);
        var latest = await store.ListAsync(new CheckoutQuery { Merchant = input.Merchant, Order = input.Order, Limit = 1 }, cancellationToken);
        return latest.Data.FirstOrDefault(one =>
            one.Id == input.CheckoutId || (!one.View.Status.AllowsNewAttempt() && one.ContentHash == CheckoutContent.Hash(input)));
    }
}
