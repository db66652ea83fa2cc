using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.Worker.Notices;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>What a worker of the role <c>notices</c> runs, as the product registers it; each is another process to the database.</summary>
internal sealed class NoticeProcess : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public NoticeProcess(TestDatabase database, TimeProvider clock, params IEnumerable<MerchantOptions> merchants)
    {
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        collection.AddSingleton(clock);
        collection.AddPostgres(database.App);
        collection.AddNotices(Options([.. merchants]));
        services = collection.BuildServiceProvider();
    }

    public CapturedLogs Logs { get; } = new();

    public INoticeOutbox Outbox => services.GetRequiredService<INoticeOutbox>();

    public NoticeDispatcher Dispatcher => services.GetRequiredService<NoticeDispatcher>();

    public IReadinessProbe Readiness => services.GetServices<IReadinessProbe>().Single();

    /// <summary>One round of deliveries, to their end.</summary>
    public Task<int> DispatchAsync() => Dispatcher.DispatchAsync();

    /// <summary>Runs by itself from here on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(cancellationToken);
        }
    }

    /// <summary>Ends as a process that is told to stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(services.GetServices<IHostedService>().Select(service => service.StopAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        await services.DisposeAsync();
    }

    private static StackOptions Options(IReadOnlyList<MerchantOptions> merchants) => new()
    {
        Temporal = new TemporalOptions { Address = "127.0.0.1:1", Ui = "127.0.0.1:1" },
        Postgres = new PostgresOptions { Address = "127.0.0.1:1", AppPassword = "a" },
        Gateway = new GatewayOptions { Address = "127.0.0.1:1", ApiKey = "sk_1" },
        Sandbox = new SandboxOptions { Stripe = "127.0.0.1:1", Control = "127.0.0.1:1" },
        Stripe = new StripeOptions { ApiKey = "sk_1", WebhookSecret = "whsec_1", BaseUrl = "http://127.0.0.1:1" },
        Merchants = merchants,
    };
}
