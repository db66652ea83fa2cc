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
        var report = await LedgerCommand.ReportAsync(options, cancellationToken).ConfigureAwait(false);
        foreach (var line in report.Lines())
        {
            progress.Say(line);
        }

        return report.Ok ? 0 : 1;
    }
}
