using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PaymentWorkflows.Activities.Backlogs;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Postgres;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>The ports as the product registers them.</summary>
public sealed class Stores : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="connectionString">The database, as the role of the application.</param>
    /// <param name="more">What is registered beside, or instead of, what the product registers.</param>
    public Stores(string connectionString, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddPostgres(connectionString);
        services.AddOutcomeListener();

        // Reads its rows so rarely that only the listener can wake a waiter.
        services.AddSingleton<IOutcomeBoard>(provider => new OutcomeBoard(
            async (id, cancellationToken) => (await provider.GetRequiredService<ICheckoutStore>().FindAsync(id, cancellationToken))?.View,
            TimeProvider.System,
            poll: TimeSpan.FromHours(1)));
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public ICheckoutStore Checkouts => _services.GetRequiredService<ICheckoutStore>();

    public IRefundStore Refunds => _services.GetRequiredService<IRefundStore>();

    public INoticeOutbox Notices => _services.GetRequiredService<INoticeOutbox>();

    public ICustomerDirectory Customers => _services.GetRequiredService<ICustomerDirectory>();

    public ILedger Ledger => _services.GetRequiredService<ILedger>();

    public ILedgerWriter Books => _services.GetRequiredService<ILedgerWriter>();

    public IIdempotencyStore Keys => _services.GetRequiredService<IIdempotencyStore>();

    public IRateBuckets Buckets => _services.GetRequiredService<IRateBuckets>();

    public IAttemptStore Attempts => _services.GetRequiredService<IAttemptStore>();

    public IErpDocumentStore Documents => _services.GetRequiredService<IErpDocumentStore>();

    public ITaxTransactionStore Taxes => _services.GetRequiredService<ITaxTransactionStore>();

    public IReviewFacts Facts => _services.GetRequiredService<IReviewFacts>();

    public IInbox Inbox => _services.GetRequiredService<IInbox>();

    public IOutcomeBoard Board => _services.GetRequiredService<IOutcomeBoard>();

    public IBacklog Backlog => _services.GetRequiredService<IBacklog>();

    /// <summary>Everything that the database knows of a transaction.</summary>
    public TransactionReader Transactions => new(_services.GetServices<IStorySource>());

    /// <summary>What the stores get their connections from.</summary>
    public NpgsqlDataSource Source => _services.GetRequiredService<NpgsqlDataSource>();

    public DatabaseProbe Probe => _services.GetRequiredService<DatabaseProbe>();

    /// <summary>Starts what hears of other processes' news.</summary>
    public async Task<IHostedService> ListenAsync()
    {
        var listener = _services.GetServices<IHostedService>().Single();
        await listener.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
