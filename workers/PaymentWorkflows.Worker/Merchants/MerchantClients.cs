using System.Net;

namespace PaymentWorkflows.Worker.Merchants;

/// <summary>The HTTP clients that merchants' backends are spoken to with.</summary>
internal static class MerchantClients
{
    /// <summary>Adds one: no redirects, no cookies, no logs, no limit of its own.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="name">Its name, which the backends see.</param>
    public static IServiceCollection AddMerchantClient(this IServiceCollection services, string name)
    {
        services.AddHttpClient(name, client =>
            {
                // Each endpoint has a limit of its own, which the caller keeps.
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultRequestHeaders.UserAgent.ParseAdd($"PaymentWorkflows/1 ({name})");
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                // Whoever sends names the span himself.
                ActivityHeadersPropagator = null,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseHeadersLength = 16,
                // Answers that are not read to their end are not waited for.
                ResponseDrainTimeout = TimeSpan.Zero,
                // A backend that moved to another address is found there.
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Addresses may hold what must not be logged.
            .RemoveAllLoggers();
        return services;
    }
}
