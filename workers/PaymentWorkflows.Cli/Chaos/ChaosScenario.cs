using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;
using PaymentWorkflows.Cli.Stack;

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

    /// <summary>How many refunds it has at most.</summary>
    public int Refunds { get; init; } = 1;

    /// <summary>The other systems that it needs, and the requests to them.</summary>
    public IEnumerable<(string Service, string Match)> Services =>
    [
        .. Money.Captured > 0 ? [("erp", "invoice"), ("erp", "payment")] : Array.Empty<(string, string)>(),
        .. Compensations.Contains("credit_note") ? [("erp", "credit_note")] : Array.Empty<(string, string)>(),
        .. Merchant == Reserving ? [("merchant", "/reservations")] : Array.Empty<(string, string)>(),
    ];

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
        new("refunded_by_many", new ProviderMoney(Price, 3_000), RefundByManyAsync) { Refunds = 3 },
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
        return await shop.UntilAsync(checkout, now => now.Refunded >= 1_000, stop).ConfigureAwait(false);
    }

    /// <summary>Five at once ask for more than there is: three are promised their part, two are told no.</summary>
    private static async Task<DemoCheckout> RefundByManyAsync(ChaosShop shop, string order, CancellationToken stop)
    {
        var checkout = await SellAsync(shop, Usual, order, stop, tax: "none").ConfigureAwait(false);
        var promised = await Task.WhenAll(Enumerable.Range(1, 5).Select(number => shop.RefundAsync(checkout, 1_000, $"refund-{order}-{number}", stop))).ConfigureAwait(false);
        return promised.Count(one => one) * 1_000L is var sum && sum > checkout.Amount.Minor
            ? throw new StackException($"{checkout.Id}: {sum} of {checkout.Amount.Minor} were promised back.")
            : await shop.UntilAsync(checkout, now => now.Refunded >= 3_000, stop).ConfigureAwait(false);
    }

    private static async Task<DemoCheckout> SellAsync(ChaosShop shop, string merchant, string order, CancellationToken stop, string tax = "automatic") => await shop.UntilAsync(
        await shop.BuyAsync(Purchase with { Merchant = merchant, Tax = tax }, order, stop).ConfigureAwait(false), now => now.Status == "completed", stop).ConfigureAwait(false);
}
