using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.Sagas.Checkout;
using PaymentWorkflows.Sagas.Refunds;
using PaymentWorkflows.Stripe;
using PaymentWorkflows.Stripe.Limits;
using PaymentWorkflows.Worker.Notices;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;

namespace PaymentWorkflows.Worker;

/// <summary>Puts ports, adapters, activities and workflows together: used by the worker, and by the Gateway, which hosts a saga worker.</summary>
public static class SagaComposition
{
    /// <summary>Reads the configuration and checks that this build can work with it.</summary>
    /// <exception cref="ConfigurationException">What is wrong, in a sentence.</exception>
    public static StackOptions Load(string? path)
    {
        var options = StackOptionsLoader.Load(path);
        try
        {
            StripeApiVersion.Check(options.Stripe.ApiVersion);
        }
        catch (StripeApiVersionException wrong)
        {
            throw new ConfigurationException(wrong.Message, wrong);
        }

        // Read for its errors alone: they are told before anything runs.
        PaymentMethodLoader.Load(options.PaymentMethodsFile);
        return options;
    }

    /// <summary>The stores, the provider and the activities.</summary>
    public static IServiceCollection AddPaymentActivities(this IServiceCollection services, StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(TimeProvider.System);
        services.AddPostgres(options.AppConnectionString());
        services.AddStripe(new StripeConnection
        {
            ApiKey = options.Stripe.ApiKey,
            BaseUrl = options.Stripe.BaseUrl,
            Timeout = options.Stripe.Timeout,
            ApiVersion = options.Stripe.ApiVersion,
            SearchLag = options.Stripe.SearchLag,
            Account = options.Stripe.Account,
            RateLimits = options.Stripe.RateLimits is { All: null, Endpoint: null, Search: null } ? null : new StripeRateLimits(options.Stripe.RateLimits.All, options.Stripe.RateLimits.Endpoint, options.Stripe.RateLimits.Search),
            WebhookSecrets = [options.Stripe.WebhookSecret],
        });
        services.AddPaymentMethods(options.PaymentMethodsFile);
        services.AddSingleton(provider => Defaults(options, provider.GetRequiredService<IPaymentMethods>()));
        services.AddSingleton<IReadinessProbe, DatabaseReadiness>();
        services.AddSingleton<IOutcomeBoard>(provider =>
        {
            var store = provider.GetRequiredService<ICheckoutStore>();
            return new OutcomeBoard(async (id, cancellationToken) => (await store.FindAsync(id, cancellationToken))?.View, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<IRefundBoard>(provider =>
        {
            var store = provider.GetRequiredService<IRefundStore>();
            return new RefundBoard(async (id, cancellationToken) => (await store.FindAsync(id, cancellationToken))?.View, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(RefundDefaults(options));
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<PaymentUndo>();
        services.AddSingleton<PaymentActivities>();
        services.AddSingleton<ITaxEngine, NoTaxEngine>();
        services.AddSingleton<TaxActivities>();
        services.AddSingleton<CheckoutActivities>();
        services.AddSingleton<RefundActivities>();
        return services;
    }

    /// <summary>Adds what does the work of one role.</summary>
    /// <exception cref="ArgumentException">No such role.</exception>
    public static IServiceCollection AddRole(this IServiceCollection services, string role, StackOptions options, string processName) =>
        role == WorkerRoles.Notices ? services.AddNotices(options) : services.AddQueue(role, options, processName);

    private static IServiceCollection AddQueue(this IServiceCollection services, string role, StackOptions options, string processName)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limits = options.TaskQueues.TryGetValue(role, out var configured) ? configured : new TaskQueueOptions();
        var worker = services.AddQueueWorker(role, limits, options.Stripe.Timeout);
        TaskQueueType[] polls;
        switch (role)
        {
            case TaskQueues.Sagas:
                // Money activities are here too, because a lean deployment runs them as local ones in the saga's worker.
                worker.AddWorkflow<CheckoutWorkflow>().AddWorkflow<RefundWorkflow>()
                    .AddSingletonActivities<CheckoutActivities>().AddSingletonActivities<RefundActivities>().AddSingletonActivities<TaxActivities>().AddSingletonActivities<PaymentActivities>();
                polls = [TaskQueueType.Workflow, TaskQueueType.Activity];
                break;
            case TaskQueues.Payments:
                worker.AddSingletonActivities<PaymentActivities>().AddSingletonActivities<RefundActivities>();
                polls = [TaskQueueType.Activity];
                break;
            case TaskQueues.Tax:
                worker.AddSingletonActivities<TaxActivities>();
                polls = [TaskQueueType.Activity];
                break;
            default:
                throw new ArgumentException($"There is no role '{role}'. Roles: {string.Join(", ", WorkerRoles.All)}.", nameof(role));
        }

        return services.AddSingleton<IReadinessProbe>(provider =>
            new PollerProbe(provider.GetRequiredService<ITemporalClient>(), role, processName, provider.GetRequiredService<TimeProvider>(), polls));
    }

    /// <summary>What the deployment gives each new refund.</summary>
    public static RefundDefaults RefundDefaults(StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RefundDefaults(
            Enum.Parse<Placement>(options.Placement, ignoreCase: true), new RefundPolicies(options.Policies.UnknownDeadline, options.Policies.HoldDeadline));
    }

    /// <summary>What the deployment gives each new checkout.</summary>
    public static CheckoutDefaults Defaults(StackOptions options, IPaymentMethods methods)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CheckoutDefaults(
            Enum.Parse<Placement>(options.Placement, ignoreCase: true),
            new CheckoutPolicies(options.Policies.CustomerActionExpiry, options.Policies.UnknownDeadline, options.Policies.AuthorizationExpiry, options.Policies.HoldDeadline),
            methods);
    }
}
