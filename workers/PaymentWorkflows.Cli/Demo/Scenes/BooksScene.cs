using PaymentWorkflows.Cli.Commands;

namespace PaymentWorkflows.Cli.Demo.Scenes;

/// <summary>The last scene: the books against the truth.</summary>
internal static class BooksScene
{
    public static DemoScene Scene { get; } = new("The books balance, and agree with what the provider really did", PlayAsync);

    private static async Task<bool> PlayAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        LedgerReport? report = null;
        await LedgerCommand.WithLedgerAsync(stage.Options, async (options, ledger) =>
        {
            report = await LedgerReport.TakeAsync(options, ledger, cancellationToken).ConfigureAwait(false);
            return CommonOptions.Done;
        }).ConfigureAwait(false);
        foreach (var line in report!.Lines())
        {
            DemoStage.Say(line);
        }

        return report.Ok && report.Entries > 0;
    }
}
