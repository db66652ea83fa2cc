using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Stripe.Customers;
using PaymentWorkflows.Stripe.Limits;
using PaymentWorkflows.Stripe.Payments;
using PaymentWorkflows.Stripe.Setups;
using PaymentWorkflows.Stripe.Taxes;
using PaymentWorkflows.Stripe.Telemetry;
using PaymentWorkflows.Stripe.Webhooks;
using Stripe;

namespace PaymentWorkflows.Stripe;

/// <summary>Stripe as the payment provider.</summary>
public static class StripeRegistration
{
    /// <summary>Registers payments, customers, set-ups and webhooks over one connection.</summary>
    /// <exception cref="StripeApiVersionException">The deployment expects another API version than this build speaks.</exception>
    public static IServiceCollection AddStripe(this IServiceCollection services, StripeConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        StripeApiVersion.Check(connection.ApiVersion);
        services.AddSingleton(connection);
        services.AddSingleton(provider => Client(connection, provider));
        services.AddSingleton<IPaymentProvider, StripePaymentProvider>();
        services.AddSingleton<IProviderCustomers, StripeCustomers>();
        services.AddSingleton<IPaymentMethodSetup, StripePaymentMethodSetup>();
        services.AddSingleton<IWebhookReader, StripeWebhookReader>();
        return services;
    }

    /// <summary>Registers Stripe Tax as the tax engine, over the connection of <see cref="AddStripe"/>.</summary>
    public static IServiceCollection AddStripeTax(this IServiceCollection services)
    {
        services.AddSingleton<TaxRunner>();
        services.AddSingleton<ITaxEngine, StripeTaxEngine>();
        return services;
    }

    /// <summary>A client that makes each call once: retries are the saga's, which knows what may be sent again.</summary>
    private static IStripeClient Client(StripeConnection connection, IServiceProvider services)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = connection.Timeout,
            EnableMultipleHttp2Connections = true,

            // A followed redirect would be a second send, to somebody else.
            AllowAutoRedirect = false,

            // Our trace is nothing that a provider has to know.
            ActivityHeadersPropagator = null,
            UseCookies = false,
        };
        var http = new HttpClient(Limited(new TraceHandler(handler), connection, services)) { Timeout = connection.Timeout };
        return new StripeClient(
            connection.ApiKey, httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false), apiBase: connection.BaseUrl);
    }

    private static HttpMessageHandler Limited(HttpMessageHandler handler, StripeConnection connection, IServiceProvider services)
    {
        if (connection.RateLimits is not { } limits)
        {
            return handler;
        }

        // Half of what a call may take, so that a call that waits here does not look like one that Stripe did not answer.
        var limiter = new RateLimiter(
            services.GetRequiredService<IRateBuckets>(), StripePaymentProvider.ProviderName, connection.Timeout / 2, services.GetRequiredService<TimeProvider>());
        return new RateLimitHandler(limiter, limits, connection.Account, handler);
    }
}
