using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>An app backend that does not give up: what is not answered is sent again under the same idempotency key, as the API's contract asks.</summary>
internal sealed class ChaosShop(GatewayClient gateway)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<DemoCheckout> BuyAsync(DemoPurchase purchase, string order, CancellationToken cancellationToken) =>
        new(await InsistAsync(() => gateway.CreateCheckoutAsync(purchase.Body(order), order, cancellationToken), cancellationToken).ConfigureAwait(false));

    public async Task<DemoCheckout> CaptureAsync(DemoCheckout checkout, CancellationToken cancellationToken) =>
        new(await InsistAsync(() => gateway.CaptureCheckoutAsync(checkout.Id, cancellationToken), cancellationToken).ConfigureAwait(false));

    public async Task<DemoCheckout> CancelAsync(DemoCheckout checkout, CancellationToken cancellationToken) =>
        new(await InsistAsync(() => gateway.CancelCheckoutAsync(checkout.Id, "changed their mind", cancellationToken), cancellationToken).ConfigureAwait(false));

    public Task<JsonElement> RefundAsync(DemoCheckout checkout, long amount, string key, CancellationToken cancellationToken) => InsistAsync(
        () => gateway.CreateRefundAsync(JsonSerializer.Serialize(new { checkout = checkout.Id, amount }), key, cancellationToken), cancellationToken);

    public async Task<DemoCheckout> UntilAsync(DemoCheckout checkout, Func<DemoCheckout, bool> wanted, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!wanted(checkout))
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"The checkout {checkout.Id} stayed {checkout.Status} for {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            checkout = new DemoCheckout(await InsistAsync(() => gateway.GetCheckoutAsync(checkout.Id, cancellationToken), cancellationToken).ConfigureAwait(false));
        }

        return checkout;
    }

    /// <summary>Calls until there is an answer, for two minutes at most.</summary>
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
                await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
