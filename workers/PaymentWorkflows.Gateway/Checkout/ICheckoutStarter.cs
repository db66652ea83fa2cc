using PaymentWorkflows.Activities.Checkout;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>The workflow engine, as far as checkouts need it.</summary>
public interface ICheckoutStarter
{
    /// <summary>Starts the checkout's workflow, or finds it running.</summary>
    /// <param name="checkout">The row.</param>
    /// <param name="cancellationToken">Gives up; the workflow may have started all the same.</param>
    Task<StartOutcome> StartAsync(StoredCheckout checkout, CancellationToken cancellationToken);

    /// <summary>Tells the workflow to undo the checkout; a workflow that has ended is started again to do so.</summary>
    Task CancelAsync(StoredCheckout checkout, string reason, CancellationToken cancellationToken);

    /// <summary>Tells the workflow to take the money.</summary>
    /// <param name="checkout">The row.</param>
    /// <param name="amount">Minor units; null takes all.</param>
    /// <param name="cancellationToken">Gives up; the workflow may have been told all the same.</param>
    Task CaptureAsync(StoredCheckout checkout, long? amount, CancellationToken cancellationToken);
}

/// <summary>What came of a start.</summary>
public enum StartOutcome
{
    /// <summary>The workflow of this checkout runs.</summary>
    Started,

    /// <summary>The workflow of an earlier attempt at the order is still finishing; this one must be started after it.</summary>
    EarlierAttemptRunning,
}
