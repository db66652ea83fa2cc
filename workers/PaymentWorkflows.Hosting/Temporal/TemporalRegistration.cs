using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Logging;
using PaymentWorkflows.Hosting.Telemetry;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker;
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
    /// <param name="services">Where to.</param>
    /// <param name="queue">The task queue.</param>
    /// <param name="limits">Its limits.</param>
    /// <param name="longestCall">The longest call that one of its steps makes.</param>
    /// <param name="version">The build, whose sagas stay with it; null for a worker that takes tasks of any build.</param>
    public static ITemporalWorkerServiceOptionsBuilder AddQueueWorker(
        this IServiceCollection services, string queue, TaskQueueOptions limits, TimeSpan longestCall, WorkerDeploymentVersion? version = null) =>
        (version is null ? services.AddHostedTemporalWorker(queue) : services.AddHostedTemporalWorker(queue, Pinned(version)))
            .ConfigureOptions(options => Tune(options, limits, longestCall));

    /// <summary>Sagas last for days at most, and money hangs on every step of theirs: none changes its build on its way.</summary>
    private static WorkerDeploymentOptions Pinned(WorkerDeploymentVersion version) =>
        new(version, useWorkerVersioning: true) { DefaultVersioningBehavior = VersioningBehavior.Pinned };

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

        // It hears of every task of the process to find those that a workflow starts outside its scheduler, which costs a third of the
        // process's time; the replay of recorded histories looks for them with it on.
        options.DisableWorkflowTracingEventListener = true;

        // A charge that is under way when the process is told to stop must come back before it goes.
        options.GracefulShutdownTimeout = longestCall + TimeSpan.FromSeconds(5);
        options.Interceptors = [.. options.Interceptors ?? [], new TransactionLogInterceptor(), new HeartbeatInterceptor(TimeProvider.System)];
    }

    private static bool IsLoopback(string address) =>
        address.StartsWith("127.", StringComparison.Ordinal) || address.StartsWith("localhost:", StringComparison.Ordinal);
}
