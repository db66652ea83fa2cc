using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Stripe.Payments;
using PaymentWorkflows.Stripe.Webhooks;
using Stripe;

namespace PaymentWorkflows.Stripe;

/// <summary>Stripe as the payment provider.</summary>
public static class StripeRegistration
{
    public static IServiceCollection AddStripe(this IServiceCollection services, StripeConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        services.AddSingleton(connection);
        services.AddSingleton(_ => Client(connection));
        services.AddSingleton<IPaymentProvider, StripePaymentProvider>();
        services.AddSingleton<IWebhookReader, StripeWebhookReader>();
        return services;
    }

    /// <summary>A client that makes each call once: retries are the saga's, which knows what may be sent again.</summary>
    private static IStripeClient Client(StripeConnection connection)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = connection.Timeout, EnableMultipleHttp2Connections = true };
        var http = new HttpClient(handler) { Timeout = connection.Timeout };
        return new StripeClient(
            connection.ApiKey, httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false), apiBase: connection.BaseUrl);
    }
}
