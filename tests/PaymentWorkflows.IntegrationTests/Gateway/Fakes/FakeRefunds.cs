using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Gateway.Refunds;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>Refunds in memory by the rules of the port, and an engine that does with them what the test says.</summary>
internal sealed class FakeRefunds : IRefundStore, IRefundStarter
{
    private readonly List<StoredRefund> rows = [];
    private readonly FakeKeys keys;
    private readonly FakeCheckouts checkouts;

    public FakeRefunds(FakeKeys keys, FakeCheckouts checkouts)
    {
        (this.keys, this.checkouts) = (keys, checkouts);
        Board = new RefundBoard((id, _) => Task.FromResult(Rows.FirstOrDefault(row => row.Id == id)?.View), TimeProvider.System);
    }

    internal RefundBoard Board { get; }
    internal List<StoredRefund> Started { get; } = [];
    internal List<(string WorkflowId, string EventId)> Reopened { get; } = [];
    internal RefundQuery? LastQuery { get; private set; }

    /// <summary>What a started refund comes to at once; null leaves it processing.</summary>
    internal Func<RefundView, RefundView>? OnStart { get; set; }
    internal Exception? StartFault { get; set; }

    internal IReadOnlyList<StoredRefund> Rows
    {
        get
        {
            lock (rows)
            {
                return [.. rows];
            }
        }
    }

    public Task<CreateRefundOutcome> CreateAsync(NewRefund refund, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        lock (rows)
        {
            if (claim is not null && keys.Claim(claim, refund.Now) is var key and not KeyOutcome.Granted)
            {
                return Task.FromResult<CreateRefundOutcome>(new CreateRefundOutcome.KeyRefused(key));
            }

            if (checkouts.Rows.FirstOrDefault(row => row.Id == refund.Input.CheckoutId) is not { } checkout)
            {
                return Task.FromResult<CreateRefundOutcome>(new CreateRefundOutcome.NoCheckout());
            }

            var currency = checkout.Input.Currency;
            var allowed = RefundRules.Check(
                new RefundableCheckout
                {
                    Status = checkout.View.Status,
                    Captured = new Money(checkout.View.AmountCaptured, currency),
                    Reserved = new Money(rows.Where(row => row.CheckoutId == checkout.Id && !row.View.Status.CameToNothing()).Sum(row => row.View.Amount), currency),
                    HasPayment = true,
                    CapturedAt = checkout.View.CompletedAt ?? checkout.CreatedAt,
                    MethodName = checkout.Input.PaymentMethod.Type,
                    Method = checkout.Input.Method,
                },
                refund.Input.Origin,
                refund.Input.Amount,
                refund.Now);
            if (allowed is not RefundAllowance.Granted granted)
            {
                return Task.FromResult<CreateRefundOutcome>(new CreateRefundOutcome.Refused(((RefundAllowance.Refused)allowed).Problem));
            }

            var row = new StoredRefund
            {
                Id = refund.Input.RefundId,
                CheckoutId = checkout.Id,
                TransactionId = checkout.TransactionId,
                Merchant = checkout.Input.Merchant,
                Customer = checkout.Input.Customer,
                Currency = currency,
                Input = refund.Input with { Amount = granted.Amount.Minor },
                View = new RefundView { Status = RefundStatus.Processing, Amount = granted.Amount.Minor },
                CreatedAt = refund.Now,
            };
            rows.Add(row);
            return Task.FromResult<CreateRefundOutcome>(new CreateRefundOutcome.Created(row));
        }
    }

    public Task<StoredRefund?> FindAsync(RefundId id, CancellationToken cancellationToken) => Task.FromResult(Rows.FirstOrDefault(row => row.Id == id));

    public Task<StoredRefund?> FindByProviderAsync(string providerRefundId, CancellationToken cancellationToken) =>
        Task.FromResult(Rows.FirstOrDefault(row => row.View.ProviderRefundId == providerRefundId));

    public Task<RefundPage> ListAsync(RefundQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        return Task.FromResult(new RefundPage([.. Rows.Reverse().Where(row => query.Checkout is null || row.CheckoutId == query.Checkout).Take(query.Limit)], false));
    }

    public Task<RefundTotals?> TotalsAsync(CheckoutId checkout, CancellationToken cancellationToken) =>
        Task.FromResult<RefundTotals?>(new RefundTotals(CheckoutStatus.Completed, 0, 0, 0, 0));

    public Task MarkStartedAsync(RefundId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Replace(id, row => row with { StartedAt = now });
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<StoredRefund>> TakeUnstartedAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredRefund>>([.. Rows.Where(row => row.StartedAt is null && row.CreatedAt < before).Take(limit)]);

    public Task<RefundRecorded> RecordAsync(RefundRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var view = Set(record.RefundId, _ => record.View);
        return Task.FromResult(new RefundRecorded(view.Status, view.Revision));
    }

    public Task StartAsync(StoredRefund refund, CancellationToken cancellationToken)
    {
        if (StartFault is { } fault)
        {
            throw fault;
        }

        lock (Started)
        {
            Started.Add(refund);
        }

        if (OnStart is { } change)
        {
            Board.Announce(refund.Id, Set(refund.Id, change));
        }

        return Task.CompletedTask;
    }

    public Task ReopenAsync(StoredRefund refund, ProviderEventSignal signal, CancellationToken cancellationToken)
    {
        lock (Reopened)
        {
            Reopened.Add((refund.WorkflowId, signal.EventId));
        }

        return Task.CompletedTask;
    }

    /// <summary>Changes a row's view as its workflow would.</summary>
    internal RefundView Set(RefundId id, Func<RefundView, RefundView> change) =>
        Replace(id, row => row with { View = change(row.View) with { Revision = row.View.Revision + 1 } }).View;

    private StoredRefund Replace(RefundId id, Func<StoredRefund, StoredRefund> change)
    {
        lock (rows)
        {
            var index = rows.FindIndex(row => row.Id == id);
            return rows[index] = change(rows[index]);
        }
    }
}
