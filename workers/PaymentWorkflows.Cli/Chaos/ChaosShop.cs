using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>How often, and under which keys, a caller asks for the same thing.</summary>
internal enum ChaosCaller
{
    /// <summary>Once, and again only when there was no answer.</summary>
    Usual,

    /// <summary>Twice at once under the same idempotency key.</summary>
    Hasty,

    /// <summary>Two callers buy the same order at once, each under a key of its own.</summary>
    Two,
}

/// <summary>An app backend that does not give up: what is not answered is sent again under the same idempotency key, as the API's contract asks.</summary>
internal sealed class ChaosShop(GatewayClient gateway, ChaosCaller caller)
{
    private const string TooMuch = "amount_too_large";

    /// <summary>What it helps nobody to ask again.</summary>
    private static readonly string[] Final = [TooMuch, "checkout_state_invalid", "order_already_exists", "refund_not_allowed"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<DemoCheckout> BuyAsync(DemoPurchase purchase, string order, CancellationToken cancellationToken)
    {
        string[] keys = caller switch
        {
            ChaosCaller.Hasty => [order, order],
            ChaosCaller.Two => [order, order + "-other"],
            _ => [order],
        };
        var answers = await Task.WhenAll(keys.Select(key => InsistAsync(() => gateway.CreateCheckoutAsync(purchase.Body(order), key, cancellationToken), cancellationToken))).ConfigureAwait(false);
        return new DemoCheckout(answers[^1]);
    }

    public async Task<DemoCheckout> CaptureAsync(DemoCheckout checkout, CancellationToken cancellationToken) =>
        new(await AskAsync(() => gateway.CaptureCheckoutAsync(checkout.Id, cancellationToken), cancellationToken).ConfigureAwait(false));

    public async Task<DemoCheckout> CancelAsync(DemoCheckout checkout, CancellationToken cancellationToken) =>
        new(await AskAsync(() => gateway.CancelCheckoutAsync(checkout.Id, "changed their mind", cancellationToken), cancellationToken).ConfigureAwait(false));

    /// <summary>Asks for money back; false when the Gateway says that so much is not there.</summary>
    public async Task<bool> RefundAsync(DemoCheckout checkout, long amount, string key, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(() => gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = checkout.Id, amount }), key, cancellationToken), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StackException refused) when (refused.Refusal == TooMuch)
        {
            return false;
        }
    }

    /// <summary>Waits for a state of the checkout, for two minutes at most.</summary>
    /// <exception cref="StackException">It has ended without a sale, or nothing more happens.</exception>
    public async Task<DemoCheckout> UntilAsync(DemoCheckout checkout, Func<DemoCheckout, bool> wanted, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!wanted(checkout))
        {
            if (checkout.Status is "declined" or "expired" or "canceled" or "failed" || TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"The checkout {checkout.Id} stayed {checkout.Status} for {TimeProvider.System.GetElapsedTime(begin).TotalSeconds:0} s.");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            checkout = new DemoCheckout(await InsistAsync(() => gateway.GetCheckoutAsync(checkout.Id, cancellationToken), cancellationToken).ConfigureAwait(false));
        }

        return checkout;
    }

    /// <summary>Calls until there is an answer, or a no for good, for two minutes at most.</summary>
    public static async Task<T> InsistAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (Exception lost) when (lost is StackException or TaskCanceledException && !cancellationToken.IsCancellationRequested && TimeProvider.System.GetElapsedTime(begin) < Patience)
            {
                if (lost is StackException { Refusal: { } code } && Final.Contains(code))
                {
                    throw;
                }

                await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<JsonElement> AskAsync(Func<Task<JsonElement>> call, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, caller == ChaosCaller.Hasty ? 2 : 1).Select(_ => InsistAsync(call, cancellationToken))).ConfigureAwait(false);
        return answers[^1];
    }
}
