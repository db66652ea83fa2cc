using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>One business fact that is played while something breaks.</summary>
/// <param name="Name">Names it in the table.</param>
/// <param name="Money">What the provider must have taken and given back once it is over.</param>
/// <param name="PlayAsync">Plays it as an app backend and its customer do, under an order's number; gives the checkout.</param>
internal sealed record ChaosScenario(string Name, ProviderMoney Money, Func<ChaosShop, string, CancellationToken, Task<DemoCheckout>> PlayAsync)
{
    private const string Reserving = "globex";
    private const string Usual = "acme";
    private const long Price = 3_998;
    private const long Taxed = 4_758;

    /// <summary>The compensations that it meets, by the names of <see cref="ChaosRefusal"/>.</summary>
    public IReadOnlyList<string> Compensations { get; init; } = [];

    /// <summary>Whose checkout it is.</summary>
    public string Merchant { get; init; } = Usual;

    /// <summary>A sku that the played merchant has none of.</summary>
    public const string SoldOutSku = "rare_book";

    public static IReadOnlyList<ChaosScenario> All { get; } =
    [
        new("sale", new ProviderMoney(Taxed, 0), (shop, order, stop) => shop.BuyAsync(Purchase with { Merchant = Reserving, Tax = "automatic" }, order, stop)) { Merchant = Reserving },
        new("three_d_secure", new ProviderMoney(Price, 0), AuthenticateAsync),
        new("captured_later", new ProviderMoney(Price, 0), CaptureAsync),
        new("released", new ProviderMoney(0, 0), ReleaseAsync) { Merchant = Reserving, Compensations = ["release", "cancel"] },
        new("taken_back", new ProviderMoney(Taxed, Taxed), TakeBackAsync) { Merchant = Reserving, Compensations = ["release", "refund", "tax", "credit_note"] },
        new("refunded", new ProviderMoney(Taxed, 1_000), RefundAsync),
        new("sold_out", new ProviderMoney(0, 0), (shop, order, stop) => shop.BuyAsync(Purchase with { Merchant = Reserving, Sku = SoldOutSku }, order, stop)) { Merchant = Reserving },
        new("declined", new ProviderMoney(0, 0), (shop, order, stop) => shop.BuyAsync(Purchase with { Token = "pm_card_chargeDeclinedInsufficientFunds" }, order, stop)),
    ];

    private static DemoPurchase Purchase => new() { Scene = "chaos", Token = "pm_card_visa" };

    private static async Task<DemoCheckout> AuthenticateAsync(ChaosShop shop, string order, CancellationToken stop)
    {
        var checkout = await shop.BuyAsync(Purchase with { Token = "pm_card_authenticationRequired" }, order, stop).ConfigureAwait(false);
        checkout = await shop.UntilAsync(checkout, now => now.Status != "processing", stop).ConfigureAwait(false);
        if (checkout.Status == "requires_action")
        {
            await SandboxClient.ApproveAsync(checkout.Json.GetProperty("next_action").GetProperty("url").GetString()!, stop).ConfigureAwait(false);
        }

        return await shop.UntilAsync(checkout, now => now.Status == "completed", stop).ConfigureAwait(false);
    }

    private static async Task<DemoCheckout> CaptureAsync(ChaosShop shop, string order, CancellationToken stop)
    {
        var checkout = await ReserveAsync(shop, Usual, order, stop).ConfigureAwait(false);
        return await shop.UntilAsync(await shop.CaptureAsync(checkout, stop).ConfigureAwait(false), now => now.Status == "completed", stop).ConfigureAwait(false);
    }

    private static async Task<DemoCheckout> ReleaseAsync(ChaosShop shop, string order, CancellationToken stop)
    {
        var checkout = await ReserveAsync(shop, Reserving, order, stop).ConfigureAwait(false);
        return await shop.UntilAsync(await shop.CancelAsync(checkout, stop).ConfigureAwait(false), now => now.Status == "canceled", stop).ConfigureAwait(false);
    }

    private static async Task<DemoCheckout> ReserveAsync(ChaosShop shop, string merchant, string order, CancellationToken stop) => await shop.UntilAsync(
        await shop.BuyAsync(Purchase with { Merchant = merchant, Capture = "manual" }, order, stop).ConfigureAwait(false), now => now.Status == "requires_capture", stop).ConfigureAwait(false);

    private static async Task<DemoCheckout> TakeBackAsync(ChaosShop shop, string order, CancellationToken stop)
    {
        var checkout = await SellAsync(shop, Reserving, order, stop).ConfigureAwait(false);
        return await shop.UntilAsync(await shop.CancelAsync(checkout, stop).ConfigureAwait(false), now => now.Status == "canceled", stop).ConfigureAwait(false);
    }

    private static async Task<DemoCheckout> RefundAsync(ChaosShop shop, string order, CancellationToken stop)
    {
        var checkout = await SellAsync(shop, Usual, order, stop).ConfigureAwait(false);
        await shop.RefundAsync(checkout, 1_000, $"refund-{order}", stop).ConfigureAwait(false);
        return await shop.UntilAsync(checkout, now => now.Json.GetProperty("amount_refunded").GetInt64() == 1_000, stop).ConfigureAwait(false);
    }

    private static async Task<DemoCheckout> SellAsync(ChaosShop shop, string merchant, string order, CancellationToken stop) => await shop.UntilAsync(
        await shop.BuyAsync(Purchase with { Merchant = merchant, Tax = "automatic" }, order, stop).ConfigureAwait(false), now => now.Status == "completed", stop).ConfigureAwait(false);
}
