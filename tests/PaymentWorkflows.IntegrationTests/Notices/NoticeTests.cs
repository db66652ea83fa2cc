using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.IntegrationTests.Postgres.Support;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>A class of tests whose every test has a database, a clock and a merchant's backend of its own.</summary>
public abstract class NoticeTests(PostgresFixture server) : PostgresTests(server)
{
    private readonly List<IAsyncDisposable> opened = [];

    private protected FakeTimeProvider Clock { get; } = new(Given.Noon);

    private protected NoticeReceiver Acme { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var one in opened)
        {
            await one.DisposeAsync();
        }

        await Acme.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Another process that tells acme, and whoever else is named.</summary>
    private protected NoticeProcess Process(params MerchantOptions[] others) => Opened(new NoticeProcess(Database, Clock, others.Prepend(Wants("acme", Acme))));

    /// <summary>Another merchant's backend.</summary>
    private protected NoticeReceiver Receiver() => Opened(new NoticeReceiver());

    private protected static MerchantOptions Wants(string merchant, NoticeReceiver receiver, string? previousSecret = null) => new()
    {
        Id = merchant,
        Notices = new EndpointOptions { Url = receiver.Url, Secret = receiver.Secret, PreviousSecret = previousSecret },
    };

    /// <summary>Writes a step with its notice, as a saga does.</summary>
    private protected Task TellAsync(StoredCheckout checkout, int revision = 1, string type = "checkout.completed", CheckoutStatus status = CheckoutStatus.Completed) =>
        Stores.Checkouts.WriteAsync(checkout.Step(status, revision, type));

    /// <summary>Writes so many notices of one checkout.</summary>
    private protected async Task<StoredCheckout> ToldAsync(int notices, string order = "order-1", string merchant = "acme")
    {
        var checkout = await Stores.Checkouts.WrittenAsync(Given.Checkout(merchant, order));
        for (var revision = 1; revision <= notices; revision++)
        {
            await TellAsync(checkout, revision, "checkout.requires_action", CheckoutStatus.RequiresAction);
        }

        return checkout;
    }

    private protected static async Task<IReadOnlyList<NoticeLine>> ListAsync(NoticeProcess process, NoticeState? state = null) =>
        [.. (await process.Outbox.ListAsync(new NoticeQuery(null, state, 1_000), Cancelled)).Reverse()];

    /// <summary>Returns when the process hears of commits.</summary>
    private protected Task UntilListeningAsync(int processes = 1) => Sql.UntilAsync(
        Database.Superuser,
        $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Database.Name}' AND query = 'LISTEN notice_due' AND state = 'idle'",
        (long)processes);

    private T Opened<T>(T one)
        where T : IAsyncDisposable
    {
        opened.Add(one);
        return one;
    }
}
