using System.Data.Common;
using PaymentWorkflows.Activities.Checkout;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>
/// Starts the workflow of a durable checkout. A start that fails is no error of the request: the row is written, and the sweeper starts
/// what is left.
/// </summary>
public sealed partial class CheckoutLauncher(ICheckoutStarter starter, ICheckoutStore store, TimeProvider clock, ILogger<CheckoutLauncher> logger)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenStarts = TimeSpan.FromMilliseconds(100);

    /// <summary>One try, which is noted: nobody has to start it again; true when the workflow runs.</summary>
    public async Task<bool> TryAsync(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        if (await StartAsync(checkout, cancellationToken) is not StartOutcome.Started)
        {
            return false;
        }

        await MarkAsync(checkout, cancellationToken);
        return true;
    }

    /// <summary>
    /// Tries again while an earlier attempt at the order is finishing, for as long as the caller waits; true when the workflow runs. The
    /// workflow's own first step notes that it does.
    /// </summary>
    public async Task<bool> TryWithinAsync(StoredCheckout checkout, TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var outcome = await StartAsync(checkout, cancellationToken);
            if (outcome is not StartOutcome.EarlierAttemptRunning || clock.GetElapsedTime(began) + BetweenStarts >= wait)
            {
                return outcome is StartOutcome.Started;
            }

            await Task.Delay(BetweenStarts, clock, cancellationToken);
        }
    }

    private async Task<StartOutcome?> StartAsync(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        using var late = new CancellationTokenSource(LongestStart, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        StartOutcome outcome;
        try
        {
            outcome = await starter.StartAsync(checkout, stop.Token);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(fault, checkout.TransactionId.ToString(), checkout.WorkflowId);
            return null;
        }

        if (outcome is StartOutcome.EarlierAttemptRunning)
        {
            LogEarlierRuns(checkout.TransactionId.ToString(), checkout.WorkflowId);
        }

        return outcome;
    }

    private async Task MarkAsync(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        try
        {
            await store.MarkStartedAsync(checkout.Id, clock.GetUtcNow(), cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            // The sweeper will start it a second time, which meets the first.
            LogNotMarked(fault, checkout.TransactionId.ToString(), checkout.WorkflowId);
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "A workflow could not be started now; the sweeper will ({TransactionId}, {WorkflowId})")]
    private partial void LogNotStarted(Exception fault, string transactionId, string workflowId);

    [LoggerMessage(31, LogLevel.Information, "The workflow of an earlier attempt is still finishing ({TransactionId}, {WorkflowId})")]
    private partial void LogEarlierRuns(string transactionId, string workflowId);

    [LoggerMessage(32, LogLevel.Warning, "A started workflow could not be noted ({TransactionId}, {WorkflowId})")]
    private partial void LogNotMarked(Exception fault, string transactionId, string workflowId);
}
