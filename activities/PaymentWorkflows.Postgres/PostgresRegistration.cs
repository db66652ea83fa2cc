using Microsoft.Extensions.DependencyInjection;
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
using PaymentWorkflows.Postgres.Attempts;
using PaymentWorkflows.Postgres.Backlogs;
using PaymentWorkflows.Postgres.Checkouts;
using PaymentWorkflows.Postgres.Customers;
using PaymentWorkflows.Postgres.Erp;
using PaymentWorkflows.Postgres.Idempotency;
using PaymentWorkflows.Postgres.Inbox;
using PaymentWorkflows.Postgres.Ledger;
using PaymentWorkflows.Postgres.Limits;
using PaymentWorkflows.Postgres.Notices;
using PaymentWorkflows.Postgres.Refunds;
using PaymentWorkflows.Postgres.Reviews;
using PaymentWorkflows.Postgres.Taxes;
using PaymentWorkflows.Postgres.Transactions;

namespace PaymentWorkflows.Postgres;

/// <summary>The stores over one pool of connections of the application role.</summary>
public static class PostgresRegistration
{
    public static IServiceCollection AddPostgres(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create(connectionString));
        services.AddSingleton<IAttemptStore, AttemptStore>();
        services.AddSingleton<CheckoutRecorder>();
        services.AddSingleton<ICheckoutStore, CheckoutStore>();
        services.AddSingleton<IRefundStore, RefundStore>();
        services.AddSingleton<ICustomerDirectory, CustomerDirectory>();
        services.AddSingleton<IErpDocumentStore, ErpDocumentStore>();
        services.AddSingleton<IIdempotencyStore, IdempotencyStore>();
        services.AddSingleton<IInbox, InboxStore>();
        services.AddSingleton<ILedger, LedgerReader>();
        services.AddSingleton<ILedgerWriter, LedgerWriter>();
        services.AddSingleton<IRateBuckets, RateBuckets>();
        services.AddSingleton<INoticeOutbox, NoticeStore>();
        services.AddSingleton<IBacklog, BacklogReader>();
        services.AddSingleton<ITaxTransactionStore, TaxTransactionStore>();
        services.AddSingleton<IReviewFacts, ReviewFacts>();
        services.AddSingleton<DatabaseProbe>();
        services.AddSingleton<RowAudit>();
        services.AddSingleton<IStorySource, CheckoutSource>();
        services.AddSingleton<IStorySource, AttemptSource>();
        services.AddSingleton<IStorySource, EventSource>();
        services.AddSingleton<IStorySource, AuditSource>();
        services.AddSingleton<IStorySource, LedgerSource>();
        services.AddSingleton<IStorySource, RefundSource>();
        services.AddSingleton<IStorySource, DocumentSource>();
        services.AddSingleton<IStorySource, NoticeSource>();
        return services;
    }

    /// <summary>Lets waiting callers of this process hear what other processes write.</summary>
    public static IServiceCollection AddOutcomeListener(this IServiceCollection services) => services.AddHostedService<OutcomeListener>();

    /// <summary>The same for callers that wait for a refund; it needs an <see cref="IRefundBoard"/>.</summary>
    public static IServiceCollection AddRefundListener(this IServiceCollection services) => services.AddHostedService<RefundListener>();

    /// <summary>Lets this process's dispatcher of notices hear of new ones; it needs a <see cref="NoticeBell"/>.</summary>
    public static IServiceCollection AddNoticeListener(this IServiceCollection services) => services.AddHostedService<NoticeListener>();
}
