using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.Worker.Backlogs;
using PaymentWorkflows.Worker.Merchants;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>The role <c>notices</c>: what it needs beside the stores and a clock.</summary>
public static class NoticeRegistration
{
    public static IServiceCollection AddNotices(this IServiceCollection services, StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddMerchantClient(NoticeSender.Client);
        services.AddSingleton(options.Notices);
        services.AddSingleton(MerchantEndpoint.OfNotices(options.Merchants));
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
