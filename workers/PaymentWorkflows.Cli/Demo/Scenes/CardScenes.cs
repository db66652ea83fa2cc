using PaymentWorkflows.Cli.Clients;

namespace PaymentWorkflows.Cli.Demo.Scenes;

/// <summary>A card's ordinary life.</summary>
internal static class CardScenes
{
    public static IEnumerable<DemoScene> All { get; } =
    [
        new("A card pays", PaidAsync),
        new("A card is declined", DeclinedAsync),
        new("A customer authenticates (3-D Secure)", AuthenticatedAsync),
        new("A paid checkout is canceled: the money goes back, the books are reversed", CanceledAsync),
    ];

    private static async Task<bool> PaidAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("paid", "pm_card_visa", cancellationToken).ConfigureAwait(false);
        var (charges, captured, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"the provider charged {DemoStage.Times(charges)}; {checkout.Transaction} is the id in every system");
        return checkout.Status == "completed" && charges == 1 && captured == checkout.Amount.Minor;
    }

    private static async Task<bool> DeclinedAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("declined", "pm_card_visa_chargeDeclinedInsufficientFunds", cancellationToken).ConfigureAwait(false);
        if (checkout.Decline is not { } decline)
        {
            return false;
        }

        DemoStage.Say($"code {DemoCheckout.Text(decline, "code")}, category {DemoCheckout.Text(decline, "category")}, advice {DemoCheckout.Text(decline, "advice")}: {DemoCheckout.Text(decline, "message")}");
        var (charges, _, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        return checkout.Status == "declined" && DemoCheckout.Text(decline, "code") == "insufficient_funds" && charges == 0;
    }

    private static async Task<bool> AuthenticatedAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("3ds", "pm_card_authenticationRequired", cancellationToken).ConfigureAwait(false);
        if (checkout.NextAction is not { } action)
        {
            return false;
        }

        DemoStage.Say($"next action {DemoCheckout.Text(action, "type")}: {DemoCheckout.Text(action, "url")}");
        await SandboxClient.ApproveAsync(DemoCheckout.Text(action, "url"), cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status != "requires_action", cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"the customer approved; the provider's webhook moved the checkout to {checkout.Status}");
        return checkout.Status == "completed";
    }

    private static async Task<bool> CanceledAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("canceled", "pm_card_visa", cancellationToken).ConfigureAwait(false);
        await stage.Gateway.CancelCheckoutAsync(checkout.Id, "the customer changed their mind", cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status == "canceled", cancellationToken).ConfigureAwait(false);
        var (charges, captured, refunded) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"{checkout.Status}: {checkout.Amount} captured and {checkout.Amount with { Minor = checkout.Refunded }} refunded");
        return checkout.Status == "canceled" && charges == 1 && refunded == captured && checkout.Refunded == captured;
    }
}
