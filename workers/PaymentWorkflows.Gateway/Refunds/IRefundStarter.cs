using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts.Provider;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>The workflow engine, as far as refunds need it.</summary>
public interface IRefundStarter
{
    /// <summary>Starts the refund's workflow, or finds it running.</summary>
    /// <param name="refund">The row.</param>
    /// <param name="cancellationToken">Gives up; the workflow may have started all the same.</param>
    Task StartAsync(StoredRefund refund, CancellationToken cancellationToken);

    /// <summary>Tells the workflow of an event; one that has ended is started again to look.</summary>
    Task ReopenAsync(StoredRefund refund, ProviderEventSignal signal, CancellationToken cancellationToken);
}
