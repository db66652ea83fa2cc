namespace PaymentWorkflows.Cli.Demo.Scenes;

/// <summary>What a sale is beside its payment: tax, the merchant's goods, a person's look, the ERP, and the story of it all.</summary>
internal static class SaleScenes
{
    private const string Reserving = "globex";

    public static IEnumerable<DemoScene> All { get; } =
    [
        new("A sale with tax: the merchant reserves, the money is taken, tax engine and ERP are told", WholeAsync),
        new("The merchant has sold out: the authorization is released and nothing is charged", SoldOutAsync),
        new("The ERP is down: the customer does not wait for it, and it is told when it is back", ErpDownAsync),
        new("A large order waits for a person, who approves it", ReviewedAsync),
    ];

    private static async Task<bool> WholeAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var purchase = new DemoPurchase { Scene = "taxed", Token = "pm_card_visa", Merchant = Reserving, Tax = "automatic" };
        var checkout = await stage.BuyAsync(purchase, cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => Step(now, "erp") == "done", cancellationToken).ConfigureAwait(false);
        var tax = checkout.Json.GetProperty("amount_tax").GetInt64();
        DemoStage.Say($"{checkout.Status}: {checkout.Amount}, of which {checkout.Amount with { Minor = tax }} are tax; steps: {Steps(checkout)}");
        var documents = await DocumentsAsync(stage, checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"the ERP has {string.Join(" and ", documents)}");
        var (charges, captured, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        var story = await TellAsync(stage, checkout, cancellationToken).ConfigureAwait(false);
        return checkout.Status == "completed" && tax > 0 && charges == 1 && captured == checkout.Amount.Minor && documents.Count == 2 && Step(checkout, "reserve") == "done" && story;
    }

    private static async Task<bool> SoldOutAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        await stage.Sandbox.ControlAsync("/merchant/stock", new { sku = "rare_book", quantity = 0 }, cancellationToken).ConfigureAwait(false);
        var purchase = new DemoPurchase { Scene = "sold-out", Token = "pm_card_visa", Merchant = Reserving, Sku = "rare_book" };
        var checkout = await stage.BuyAsync(purchase, cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status is not ("authorized" or "processing"), cancellationToken).ConfigureAwait(false);
        var (charges, _, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"{checkout.Status}; the provider charged {DemoStage.Times(charges)}");
        return checkout.Status == "canceled" && charges == 0;
    }

    private static async Task<bool> ErpDownAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        await stage.Sandbox.ControlAsync("/erp/faults", new { kind = "down", times = 2 }, cancellationToken).ConfigureAwait(false);
        var checkout = await stage.BuyAsync("erp-down", "pm_card_visa", cancellationToken).ConfigureAwait(false);
        var answered = checkout.Status;
        checkout = await stage.UntilAsync(checkout, now => Step(now, "erp") == "done", cancellationToken).ConfigureAwait(false);
        var documents = await DocumentsAsync(stage, checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"answered {answered} meanwhile; now the ERP has {string.Join(" and ", documents)}, each once");
        return answered == "completed" && documents.Count == 2;
    }

    private static async Task<bool> ReviewedAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var purchase = new DemoPurchase { Scene = "large", Token = "pm_card_visa", UnitAmount = 600_000 };
        var checkout = await stage.BuyAsync(purchase, cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Held is not null, cancellationToken).ConfigureAwait(false);
        if (checkout.Held is not { } held)
        {
            return false;
        }

        DemoStage.Say($"held for {DemoCheckout.Text(held, "owner")} because of {DemoCheckout.Text(held, "reason")}; the money is reserved and not taken");
        await stage.ActAsync(checkout.WorkflowId, new { action = "approve", actor = "ruth", reason = "a customer of many years" }, cancellationToken).ConfigureAwait(false);
        checkout = await stage.UntilAsync(checkout, now => now.Status == "completed", cancellationToken).ConfigureAwait(false);
        var (charges, captured, _) = await stage.TruthOfAsync(checkout, cancellationToken).ConfigureAwait(false);
        DemoStage.Say($"approved: {checkout.Status}; the provider charged {DemoStage.Times(charges)}");
        return checkout.Status == "completed" && charges == 1 && captured == checkout.Amount.Minor;
    }

    /// <summary>The first and the last of the transaction's story, as <c>pay trace</c> tells it.</summary>
    private static async Task<bool> TellAsync(DemoStage stage, DemoCheckout checkout, CancellationToken cancellationToken)
    {
        var story = await stage.Gateway.FindAsync($"/v1/transactions/{checkout.Transaction}", cancellationToken).ConfigureAwait(false);
        if (story is not { } told)
        {
            return false;
        }

        string[] titles = [.. told.GetProperty("story").EnumerateArray().Select(line => DemoCheckout.Text(line, "title"))];
        DemoStage.Say($"pay trace {checkout.Transaction} tells {titles.Length} things, from '{titles[0]}' to '{titles[^1]}'");
        return titles.Length > 10;
    }

    private static async Task<IReadOnlyList<string>> DocumentsAsync(DemoStage stage, DemoCheckout checkout, CancellationToken cancellationToken)
    {
        var erp = await stage.Sandbox.ReadAsync("/erp", cancellationToken).ConfigureAwait(false);
        return
        [
            .. erp.GetProperty("documents").EnumerateArray().Select(document => DemoCheckout.Text(document, "number"))
                .Where(number => number.StartsWith(checkout.Id, StringComparison.Ordinal)).Select(number => number[(checkout.Id.Length + 1)..]),
        ];
    }

    private static string? Step(DemoCheckout checkout, string name) =>
        checkout.Json.GetProperty("steps").EnumerateArray().Where(step => DemoCheckout.Text(step, "name") == name).Select(step => DemoCheckout.Text(step, "status")).FirstOrDefault();

    private static string Steps(DemoCheckout checkout) =>
        string.Join(", ", checkout.Json.GetProperty("steps").EnumerateArray().Select(step => $"{DemoCheckout.Text(step, "name")} {DemoCheckout.Text(step, "status")}"));
}
