using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Tells a checkout's saga something and waits for what comes of it.</summary>
public sealed class SagaCall(ICheckoutStore store, IOutcomeBoard board, WaitEnd waitEnd)
{
    /// <summary>How long the outcome of an act is waited for.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The checkout as it stands once <paramref name="isOver"/>, it is newly held, or the wait is over.</summary>
    /// <param name="http">The request.</param>
    /// <param name="checkout">The checkout before.</param>
    /// <param name="isOver">Whether the act has had its effect.</param>
    /// <param name="tell">Tells the saga.</param>
    public async Task<StoredCheckout> TellAsync(HttpContext http, StoredCheckout checkout, Func<CheckoutView, bool> isOver, Func<Task> tell)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        ArgumentNullException.ThrowIfNull(tell);
        using var wait = waitEnd.Begin(http);
        var heldBefore = checkout.View.Held?.Id;
        // The waiter is in place before the saga hears of it, so the fastest outcome cannot be missed.
        var news = board.WaitAsync(checkout.Id, view => isOver(view) || (view.Held is { } held && held.Id != heldBefore), LongestWait, wait.Token);
        try
        {
            await tell();
        }
        catch
        {
            await wait.CancelAsync();
            await news;
            throw;
        }

        await news;
        return await CheckoutLookup.FindAsync(store, http, checkout.Id.ToString());
    }
}
