using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>Checkouts in memory, by the rules of the port.</summary>
internal sealed class FakeCheckouts(FakeKeys keys) : ICheckoutStore
{
    private readonly List<StoredCheckout> rows = [];

    internal Exception? Fault { get; set; }
    internal List<AuditLine> Audit { get; } = [];
    internal List<CustomerDetails?> Customers { get; } = [];
    internal CheckoutQuery? LastQuery { get; private set; }
    internal bool HasMore { get; set; }

    internal IReadOnlyList<StoredCheckout> Rows
    {
        get
        {
            lock (rows)
            {
                return [.. rows];
            }
        }
    }

    public Task<CreateCheckoutOutcome> CreateAsync(NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        Fail();
        lock (rows)
        {
            if (claim is not null && keys.Claim(claim, checkout.Now) is var key and not KeyOutcome.Granted)
            {
                return Task.FromResult<CreateCheckoutOutcome>(new CreateCheckoutOutcome.KeyRefused(key));
            }

            var latest = rows.LastOrDefault(row => row.Input.Merchant == checkout.Input.Merchant && row.Input.Order == checkout.Input.Order);
            if (latest is not null && !latest.View.Status.AllowsNewAttempt())
            {
                return Task.FromResult<CreateCheckoutOutcome>(latest.ContentHash == checkout.ContentHash
                    ? new CreateCheckoutOutcome.Existing(latest)
                    : new CreateCheckoutOutcome.OtherContent(latest));
            }

            var row = new StoredCheckout
            {
                Id = checkout.Input.CheckoutId!.Value,
                TransactionId = checkout.Input.TransactionId!.Value,
                Attempt = (latest?.Attempt ?? 0) + 1,
                ContentHash = checkout.ContentHash,
                Input = checkout.Input,
                View = new CheckoutView { Status = CheckoutStatus.Processing, Amount = checkout.Amount },
                CreatedAt = checkout.Now,
            };
            rows.Add(row);
            Customers.Add(checkout.Customer);
            return Task.FromResult<CreateCheckoutOutcome>(new CreateCheckoutOutcome.Created(row));
        }
    }

    public Task<StoredCheckout?> FindAsync(CheckoutId id, CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult(Rows.FirstOrDefault(row => row.Id == id));
    }

    public Task<CheckoutPage> ListAsync(CheckoutQuery query, CancellationToken cancellationToken)
    {
        Fail();
        LastQuery = query;
        return Task.FromResult(new CheckoutPage([.. Rows.Reverse().Take(query.Limit)], HasMore));
    }

    public Task<StoredCheckout?> MarkStartedAsync(CheckoutId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<StoredCheckout?>(Replace(id, row => row with { StartedAt = row.StartedAt ?? now }));

    public Task<IReadOnlyList<StoredCheckout>> TakeUnstartedAsync(DateTimeOffset before, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredCheckout>>([.. Rows.Where(row => row.StartedAt is null && row.CreatedAt < before).Take(limit)]);

    public Task<CheckoutRecorded> RecordAsync(CheckoutRecord record, IReadOnlyList<LedgerEntry> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var view = Set(record.CheckoutId, _ => record.View);
        return Task.FromResult(new CheckoutRecorded(view.Status, view.Revision));
    }

    public Task AuditAsync(AuditLine line, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (Audit)
        {
            Audit.Add(line);
        }

        return Task.CompletedTask;
    }

    /// <summary>Changes a row's view as its workflow would.</summary>
    internal CheckoutView Set(CheckoutId id, Func<CheckoutView, CheckoutView> change) =>
        Replace(id, row => row with { View = change(row.View) with { Revision = row.View.Revision + 1 } }).View;

    internal StoredCheckout Replace(CheckoutId id, Func<StoredCheckout, StoredCheckout> change)
    {
        lock (rows)
        {
            var index = rows.FindIndex(row => row.Id == id);
            return rows[index] = change(rows[index]);
        }
    }

    private void Fail()
    {
        if (Fault is { } fault)
        {
            throw fault;
        }
    }
}
