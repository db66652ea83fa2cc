using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PaymentWorkflows.Activities;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Health;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Idempotency;
using PaymentWorkflows.Gateway.PaymentMethods;
using PaymentWorkflows.Gateway.Refunds;
using PaymentWorkflows.Gateway.Transactions;
using PaymentWorkflows.Gateway.Validation;
using PaymentWorkflows.Gateway.Webhooks;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Hosting.Telemetry;
using PaymentWorkflows.Worker;

namespace PaymentWorkflows.Gateway;

/// <summary>
/// Puts the Gateway together. The ports come from outside: <c>ICheckoutStore</c>, <c>IRefundStore</c>, <c>IIdempotencyStore</c>,
/// <c>IInbox</c>, <c>IWebhookReader</c>, <c>IPaymentMethods</c>, <c>IOutcomeBoard</c>, <c>IRefundBoard</c>, <c>ICheckoutStarter</c>,
/// <c>IRefundStarter</c>, <c>ISagaSignaler</c>, <c>IEndedSagas</c> and any number of <c>IReadinessProbe</c> and <c>IStorySource</c>.
/// </summary>
public static class GatewayApp
{
    /// <summary>The largest webhook in bytes; bodies of API calls have their own, configured limit.</summary>
    public const int LargestBody = 1_048_576;

    private const int LargestHeaders = 8_192;

    /// <summary>Builds the application; the caller runs it.</summary>
    /// <param name="stack">The stack's configuration.</param>
    /// <param name="identity">Which Gateway this is and where it listens.</param>
    /// <param name="addPorts">Registers the ports; it may replace logging and the clock too.</param>
    public static WebApplication Build(StackOptions stack, GatewayIdentity identity, Action<WebApplicationBuilder> addPorts)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(addPorts);
        var builder = ProcessBuilder.Create();
        builder.WebHost.ConfigureKestrel(server => Limit(server, stack, identity));
        // The framework's own request lines and scopes hold paths and queries, which may hold what must not be logged.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        AddServices(builder.Services, stack, identity);
        addPorts(builder);
        var app = builder.Build();
        app.UseMiddleware<RequestContextMiddleware>();
        app.UseRouting();
        app.UseMiddleware<AuthenticationMiddleware>(stack.Gateway.ApiKey);
        app.UseMiddleware<CardNumberGuard>();
        app.MapCheckouts();
        app.MapRefunds();
        app.MapPaymentMethods();
        app.MapTransactions();
        app.MapWebhooks();
        app.MapHealth();
        app.MapMetrics();
        app.MapDocuments();
        return app;
    }

    private static void AddServices(IServiceCollection services, StackOptions stack, GatewayIdentity identity)
    {
        services.AddPaymentsTelemetry(stack.Telemetry, identity.Name);
        services.AddSingleton(stack);
        services.AddSingleton(identity);
        services.AddSingleton(provider => SagaComposition.Defaults(stack, provider.GetRequiredService<IPaymentMethods>()));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ErrorCatalogue($"http://{stack.Gateway.Address}"));
        services.AddSingleton(new IdempotencyKeys(identity, stack.Gateway.KeyLease));
        services.AddSingleton<KeptAnswers>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<WaitEnd>();
        services.AddSingleton<CheckoutLauncher>();
        services.AddSingleton<SagaCall>();
        services.AddSingleton<MethodCheck>();
        services.AddSingleton<CreateCheckout>();
        services.AddSingleton<CaptureCheckout>();
        services.AddSingleton<CancelCheckout>();
        services.AddSingleton<ListCheckouts>();
        services.AddSingleton(SagaComposition.RefundDefaults(stack));
        services.AddSingleton<CheckoutTraffic>();
        services.AddSingleton(provider => new RefundGate(
            stack.Gateway.RefundsAtOnce,
            stack.Gateway.RefundsPerMerchant,
            new RefundPace(provider.GetRequiredService<CheckoutTraffic>(), stack.Gateway.RefundsBesideCheckouts, provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton<RefundLauncher>();
        services.AddSingleton<CreateRefund>();
        services.AddSingleton<ListRefunds>();
        services.AddSingleton<ListPaymentMethods>();
        services.AddSingleton<StripeWebhook>();
        services.AddSingleton<TransactionReader>();
        services.AddSingleton<InboxWake>();
        services.AddSingleton<RefundEvents>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<CheckoutSweeper>();
        services.AddHostedService<RefundSweeper>();
        services.AddHostedService<InboxDispatcher>();
        services.AddHostedService<KeyPruner>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.AddGatewayOpenApi();
    }

    private static void Limit(KestrelServerOptions server, StackOptions stack, GatewayIdentity identity)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
        server.Limits.MaxRequestBodySize = Math.Max(LargestBody, stack.Gateway.MaxBodyBytes);
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        server.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        server.Listen(Endpoint(identity.Address));
    }

    private static IPEndPoint Endpoint(string address) =>
        IPEndPoint.TryParse(address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out var endpoint)
            ? endpoint
            : throw new FormatException($"'{address}' is no address to listen on: an IP address and a port, such as 127.0.0.1:7080.");
}
