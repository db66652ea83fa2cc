using System.Net;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.Worker.Backlogs;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>The role <c>notices</c>: what it needs beside the stores and a clock.</summary>
public static class NoticeRegistration
{
    public static IServiceCollection AddNotices(this IServiceCollection services, StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddHttpClient(NoticeSender.Client, client =>
            {
                // The sender has each endpoint's own limit.
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("PaymentWorkflows/1 (notices)");
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                // The sender names its own span.
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
        services.AddSingleton(options.Notices);
        services.AddSingleton(NoticeEndpoint.Of(options.Merchants));
        services.AddSingleton(new NoticeSchedule(options.Notices, Random.Shared));
        services.AddSingleton<NoticeBell>();
        services.AddSingleton<NoticeSender>();
        services.AddSingleton<NoticeDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticeDispatcher>());
        services.AddNoticeListener();
        services.AddHostedService<BacklogGauges>();
        services.AddSingleton<IReadinessProbe, NoticeReadiness>();
        return services;
    }
}
