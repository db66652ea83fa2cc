using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Webhooks;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>A workflow engine that does what the test says, and announces it like a saga worker in the same process.</summary>
internal sealed class FakeEngine(FakeCheckouts checkouts, Func<IOutcomeBoard> board) : ICheckoutStarter, ISagaSignaler, IEndedSagas
{
    internal List<StoredCheckout> Started { get; } = [];
    internal List<(string WorkflowId, ProviderEventSignal Signal)> Signals { get; } = [];
    internal List<(string Checkout, string Payment)> TakenUp { get; } = [];
    internal long? CapturedAmount { get; private set; }

    /// <summary>What a started checkout comes to at once; null leaves it processing.</summary>
    internal Func<CheckoutView, CheckoutView>? OnStart { get; set; }
    internal Func<CheckoutView, CheckoutView>? OnCancel { get; set; }
    internal Func<CheckoutView, CheckoutView>? OnCapture { get; set; }
    internal Func<StartOutcome> Start { get; set; } = () => StartOutcome.Started;
    internal Func<string, bool> Signal { get; set; } = _ => true;

    public async Task<StartOutcome> StartAsync(StoredCheckout checkout, CancellationToken cancellationToken)
    {
        var outcome = Start();
        if (outcome == StartOutcome.Started)
        {
            lock (Started)
            {
                Started.Add(checkout);
            }

            // As the saga's first step does.
            await checkouts.MarkStartedAsync(checkout.Id, checkout.CreatedAt, cancellationToken);
            Move(checkout, OnStart);
        }

        return outcome;
    }

    public Task CancelAsync(StoredCheckout checkout, string reason, CancellationToken cancellationToken)
    {
        Move(checkout, OnCancel);
        return Task.CompletedTask;
    }

    public Task CaptureAsync(StoredCheckout checkout, long? amount, CancellationToken cancellationToken)
    {
        CapturedAmount = amount;
        Move(checkout, OnCapture);
        return Task.CompletedTask;
    }

    public Task<bool> SignalAsync(string workflowId, ProviderEventSignal signal, CancellationToken cancellationToken)
    {
        var delivered = Signal(workflowId);
        lock (Signals)
        {
            Signals.Add((workflowId, signal));
        }

        return Task.FromResult(delivered);
    }

    public Task<string> TakeUpAsync(StoredCheckout checkout, string paymentId, CancellationToken cancellationToken)
    {
        lock (TakenUp)
        {
            TakenUp.Add((checkout.Id.Value, paymentId));
        }

        return Task.FromResult($"late-payment/{paymentId}");
    }

    private void Move(StoredCheckout checkout, Func<CheckoutView, CheckoutView>? change)
    {
        if (change is not null)
        {
            board().Announce(checkout.Id, checkouts.Set(checkout.Id, change));
        }
    }
}
