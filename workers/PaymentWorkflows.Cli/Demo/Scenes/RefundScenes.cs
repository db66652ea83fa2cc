using System.Text.Json;

namespace PaymentWorkflows.Cli.Demo.Scenes;

/// <summary>Money goes back: in parts, slowly, and not at all at first.</summary>
internal static class RefundScenes
{
    public static IEnumerable<DemoScene> All { get; } =
    [
        new("Money goes back in two parts, and not a cent more than was taken", PartsAsync),
        new("A refund is pending at the bank and succeeds later", PendingAsync),
        new("A refund fails after it had succeeded: it is held, and paid by another way", FailedAsync),
    ];

    private static async Task<bool> PartsAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("parts", "pm_card_visa", cancellationToken).ConfigureAwait(false);
        var first = await stage.RefundAsync(checkout, 1_000, "part-1", cancellationToken).ConfigureAwait(false);
        var rest = await stage.RefundAsync(checkout, null, "part-2", cancellationToken).ConfigureAwait(false);
        var refused = false;
        try
        {
            await stage.RefundAsync(checkout, 1, "part-3", cancellationToken).ConfigureAwait(false);
        }
        catch (Stack.StackException more)
        {
            refused = more.Message.Contains("amount_too_large", StringComparison.Ordinal);
            DemoStage.Say($"a third one: {more.Message}");
        }

        checkout = await stage.UntilAsync(checkout, now => now.Refunded == checkout.Amount.Minor, cancellationToken).ConfigureAwait(false);
        var (_, captured, refunded) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"the provider gave back {checkout.Amount with { Minor = refunded }} of {checkout.Amount with { Minor = captured }}");
        return Status(first) == "succeeded" && Status(rest) == "succeeded" && refused && refunded == captured && checkout.Refunded == captured;
    }

    private static async Task<bool> PendingAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("slow-refund", "pm_card_pendingRefund", cancellationToken).ConfigureAwait(false);
        var refund = await stage.RefundAsync(checkout, null, "slow", cancellationToken).ConfigureAwait(false);
        var pending = Status(refund);
        await stage.Sandbox.ControlAsync("/clock", new { advance = "PT10M" }, cancellationToken).ConfigureAwait(false);
        refund = await stage.UntilAsync(refund, now => Status(now) == "succeeded", cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"the provider's webhook moved it to {Status(refund)}");
        return pending == "pending" && Status(refund) == "succeeded";
    }

    private static async Task<bool> FailedAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var checkout = await stage.BuyAsync("failed-refund", "pm_card_refundFail", cancellationToken).ConfigureAwait(false);
        var refund = await stage.RefundAsync(checkout, null, "failed", cancellationToken).ConfigureAwait(false);
        await stage.Sandbox.ControlAsync("/clock", new { advance = "PT10M" }, cancellationToken).ConfigureAwait(false);
        refund = await stage.UntilAsync(refund, now => now.GetProperty("held").ValueKind == JsonValueKind.Object, cancellationToken).ConfigureAwait(false);
        if (refund.GetProperty("held") is not { ValueKind: JsonValueKind.Object } held)
        {
            return false;
        }

        DemoStage.Say($"held for {DemoCheckout.Text(held, "owner")} because of {DemoCheckout.Text(held, "reason")}: the money came back and is booked as owed");
        await stage.ActAsync(
            DemoCheckout.Text(refund, "workflow_id"),
            new { action = "mark_succeeded", actor = "omar", reason = "paid by bank transfer", evidence = "bank:SEPA-2026-11-0042" },
            cancellationToken).ConfigureAwait(false);
        refund = await stage.UntilAsync(refund, now => Status(now) == "succeeded" && now.GetProperty("held").ValueKind == JsonValueKind.Null, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"settled outside: {Status(refund)}");
        return Status(refund) == "succeeded";
    }

    private static string Status(JsonElement refund) => DemoCheckout.Text(refund, "status");
}
