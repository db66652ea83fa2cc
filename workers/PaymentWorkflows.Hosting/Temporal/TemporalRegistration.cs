using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Logging;
using PaymentWorkflows.Hosting.Telemetry;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker.Tuning;

namespace PaymentWorkflows.Hosting.Temporal;

/// <summary>The Temporal client and worker settings that every process shares.</summary>
public static class TemporalRegistration
{
    /// <summary>Adds the client: connected at first use, with the product's data converter and this process as its identity.</summary>
    public static IServiceCollection AddPaymentsTemporalClient(this IServiceCollection services, TemporalOptions options, string processName)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddTemporalClient(options.Address, options.Namespace).Configure<ILoggerFactory, IServiceProvider>((client, loggers, provider) =>
        {
            client.DataConverter = PaymentWorkflowsJson.DataConverter;
            client.LoggerFactory = loggers;
            client.Identity = Identity(processName);

            // On the same machine compression costs more than the bytes it saves.
            client.GrpcCompression = IsLoopback(options.Address) ? new GrpcCompression.None() : client.GrpcCompression;
            if (provider.GetService<TemporalTelemetry>() is { } telemetry)
            {
                client.Interceptors = [.. client.Interceptors ?? [], telemetry.Interceptor];
                client.Runtime = telemetry.CreateRuntime();
            }
        });
        return services;
    }

    /// <summary>Adds a worker for one task queue with its configured limits.</summary>
    public static ITemporalWorkerServiceOptionsBuilder AddQueueWorker(this IServiceCollection services, string queue, TaskQueueOptions limits, TimeSpan longestCall) =>
        services.AddHostedTemporalWorker(queue).ConfigureOptions(options => Tune(options, limits, longestCall));

    /// <summary>How the server names this process as a poller.</summary>
    public static string Identity(string processName) => $"{processName}@{Environment.ProcessId}";

    private static void Tune(TemporalWorkerServiceOptions options, TaskQueueOptions limits, TimeSpan longestCall)
    {
        options.MaxConcurrentWorkflowTasks = limits.MaxWorkflowTasks;
        options.MaxConcurrentActivities = limits.MaxActivities;
        options.MaxConcurrentLocalActivities = limits.MaxLocalActivities;
        options.MaxCachedWorkflows = limits.MaxCachedWorkflows;
        options.MaxTaskQueueActivitiesPerSecond = limits.ActivitiesPerSecond;

        // An eagerly started activity would slip past the queue's rate limit.
        options.DisableEagerActivityExecution = limits.ActivitiesPerSecond is not null;
        options.WorkflowTaskPollerBehavior = new PollerBehavior.Autoscaling();
        options.ActivityTaskPollerBehavior = new PollerBehavior.Autoscaling();

        // A charge that is under way when the process is told to stop must come back before it goes.
        options.GracefulShutdownTimeout = longestCall + TimeSpan.FromSeconds(5);
        options.Interceptors = [.. options.Interceptors ?? [], new TransactionLogInterceptor(), new HeartbeatInterceptor(TimeProvider.System)];
    }

    private static bool IsLoopback(string address) =>
        address.StartsWith("127.", StringComparison.Ordinal) || address.StartsWith("localhost:", StringComparison.Ordinal);
}
