namespace PaymentWorkflows.Cli.Demo.Scenes;

/// <summary>What breaks, and how it ends all the same.</summary>
internal static class TroubleScenes
{
    private const string Payments = "/v1/payment_intents";

    public static IEnumerable<DemoScene> All { get; } =
    [
        new("The provider takes the money and then never answers", HungAsync),
        new("The provider refuses our key: the checkout is held, and an operator releases it", HeldAsync),
    ];

    private static async Task<bool> HungAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        await stage.Sandbox.FailNextAsync("POST", Payments, "commit_then_hang", cancellationToken).ConfigureAwait(false);
        var checkout = await stage.BuyAsync("hung", "pm_card_visa", cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status != "processing", cancellationToken).ConfigureAwait(false);
        var (charges, captured, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"the outcome was unknown, was looked up, and is {checkout.Status}; the provider charged {DemoStage.Times(charges)}");
        return checkout.Status == "completed" && charges == 1 && captured == checkout.Amount.Minor;
    }

    private static async Task<bool> HeldAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        await stage.Sandbox.FailNextAsync("POST", Payments, "unauthorized", cancellationToken).ConfigureAwait(false);
        var checkout = await stage.BuyAsync("held", "pm_card_visa", cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Held is not null, cancellationToken).ConfigureAwait(false);
        if (checkout.Held is not { } held)
        {
            return false;
        }

        var actions = string.Join(", ", held.GetProperty("actions").EnumerateArray().Select(action => action.GetString()));
        DemoStage.Say($"held for {DemoCheckout.Text(held, "owner")} because of {DemoCheckout.Text(held, "reason")}; allowed: {actions}");
        DemoStage.Say($"see http://{stage.Options.Temporal.Ui}/namespaces/{stage.Options.Temporal.Namespace}/workflows?query=NeedsAttention%3Dtrue");
        await stage.ActAsync(checkout.WorkflowId, new { action = "retry", actor = "dana", reason = "the key was renewed" }, cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status == "completed", cancellationToken).ConfigureAwait(false);
        var (charges, _, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"released: {checkout.Status}; the provider charged {DemoStage.Times(charges)}");
        return checkout.Status == "completed" && checkout.Held is null && charges == 1;
    }
}
