using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>The look at the money after a benchmark: one whose books are wrong proves nothing.</summary>
internal static class BenchBooks
{
    /// <summary>How many disagreements there are between the books and the provider.</summary>
    public static async Task<int> ErrorsAsync(StackOptions options, IProgress progress, CancellationToken cancellationToken)
    {
        var errors = 0;
        await LedgerCommand.WithLedgerAsync(options, async (stack, ledger) =>
        {
            var report = await LedgerReport.TakeAsync(stack, ledger, cancellationToken).ConfigureAwait(false);
            foreach (var line in report.Lines())
            {
                progress.Say(line);
            }

            errors = report.Ok ? 0 : 1;
            return CommonOptions.Done;
        }).ConfigureAwait(false);
        return errors;
    }
}
