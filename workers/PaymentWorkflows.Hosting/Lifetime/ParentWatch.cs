using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PaymentWorkflows.Hosting.Lifetime;

/// <summary>
/// Stops this process when the <c>pay</c> that started it is gone: a killed parent cannot say goodbye, and its workers must not go on
/// polling for ever. Does nothing when <see cref="Variable"/> is not set, as in production.
/// </summary>
public sealed partial class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ParentWatch> logger, ParentWatch.Parent parent)
    : BackgroundService
{
    /// <summary>The environment variable that holds the parent's pid.</summary>
    public const string Variable = "PAY_PARENT_PID";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (parent.Pid is not { } pid)
        {
            return;
        }

        var identity = ProcessIdentity.Of(pid);
        using var timer = new PeriodicTimer(Interval, time);
        while (identity is not null && identity.IsRunning())
        {
            if (!await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                return;
            }
        }

        LogParentGone(logger, pid);
        lifetime.StopApplication();
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "The process {ParentPid} that started this one is gone; stopping.")]
    private static partial void LogParentGone(ILogger logger, int parentPid);

    /// <summary>Whom to watch; null watches nobody.</summary>
    public sealed record Parent(int? Pid)
    {
        /// <summary>Reads <see cref="Variable"/>.</summary>
        public static Parent FromEnvironment() =>
            new(int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null);
    }
}

/// <summary>Adds <see cref="ParentWatch"/> to a process.</summary>
public static class ParentWatchRegistration
{
    public static IServiceCollection AddParentWatch(this IServiceCollection services)
    {
        services.AddSingleton(ParentWatch.Parent.FromEnvironment());
        services.AddHostedService<ParentWatch>();
        return services;
    }
}
