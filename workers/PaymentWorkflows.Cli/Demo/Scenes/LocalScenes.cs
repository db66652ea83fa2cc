using PaymentWorkflows.Cli.Clients;

namespace PaymentWorkflows.Cli.Demo.Scenes;

/// <summary>Payment methods other than cards, each by the traits that its entry in the file gives it.</summary>
internal static class LocalScenes
{
    public static IEnumerable<DemoScene> All { get; } = [.. DemoPurchase.Local.Select(purchase => new DemoScene(purchase.Title, (stage, cancellation) => PaidAsync(stage, purchase, cancellation)))];

    private static async Task<bool> PaidAsync(DemoStage stage, DemoPurchase purchase, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync(purchase, cancellationToken).ConfigureAwait(false);
        if (checkout.NextAction is { } action)
        {
            DemoStage.Say($"next action {DemoCheckout.Text(action, "type")}: {DemoCheckout.Text(action, "url") switch { "" => "the customer confirms on the phone", var url => url }}");
        }
        else if (checkout.Status != "processing")
        {
            return false;
        }

        var payment = DemoCheckout.Text(checkout.Json.GetProperty("payment"), "id");
        await SandboxClient.ApproveAsync($"http://{stage.Options.Sandbox.Stripe}/pay/{payment}", cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status is not ("requires_action" or "processing"), cancellationToken).ConfigureAwait(false);
        var (charges, captured, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"paid; the provider's webhook moved the checkout to {checkout.Status}");
        return checkout.Status == "completed" && charges == 1 && captured == checkout.Amount.Minor;
    }
}
