using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.LatePayments;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Reservations;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Activities.Sale;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.Sagas.Checkout;
using PaymentWorkflows.Sagas.LatePayments;
using PaymentWorkflows.Sagas.Refunds;
using PaymentWorkflows.Stripe;
using PaymentWorkflows.Stripe.Limits;
using PaymentWorkflows.Vendors.SimpleErp;
using PaymentWorkflows.Worker.Notices;
using PaymentWorkflows.Worker.Reservations;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;
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

        // Read before anything runs, for its errors, and for what the review rules say of methods.
        RequireKnownMethods(options, PaymentMethodLoader.Load(options.PaymentMethodsFile));
        _ = VersionOf(options);
        return options;
    }

    /// <summary>A rule about a method that does not exist would never apply, and look as if it did.</summary>
    private static void RequireKnownMethods(StackOptions options, PaymentMethodCatalogue methods)
    {
        foreach (var rule in options.ReviewRules)
        {
            if (rule.Methods?.FirstOrDefault(name => methods.Find(name) is null) is { } unknown)
            {
                throw new ConfigurationException(
                    $"{options.ConfigFile}: the review rule '{rule.Name}' names the payment method '{unknown}', which {options.PaymentMethods} does not have; it has {string.Join(", ", methods.Names)}.");
            }
        }
    }

    /// <summary>What the activities need: stores, provider, tax engine, rules. The activities themselves come with the roles that do them.</summary>
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
        if (options.Tax.Engine == "stripe")
        {
            services.AddStripeTax();
        }
        else
        {
            services.AddSingleton<ITaxEngine, NoTaxEngine>();
        }

        services.AddSingleton(new ReviewRuleSet(options.ReviewRules));
        services.AddReservations(options);
        return services;
    }

    /// <summary>Checks that this deployment says what the roles need.</summary>
    /// <exception cref="ConfigurationException">What is missing, in a sentence.</exception>
    public static void RequireRoles(IReadOnlyList<string> roles, StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (roles.Contains(TaskQueues.Erp) && options.Erp is null)
        {
            throw new ConfigurationException($"{options.ConfigFile}: the role erp needs the section erp, which says where the ERP is.");
        }
    }

    /// <summary>Adds what does the work of one role.</summary>
    /// <exception cref="ArgumentException">No such role.</exception>
    public static IServiceCollection AddRole(this IServiceCollection services, string role, StackOptions options, string processName) =>
        role == WorkerRoles.Notices ? services.AddNotices(options) : services.AddQueue(role, options, processName);

    /// <summary>
    /// The build of the sagas in this process, which only workers of sagas belong to: what a step is asked and answers changes by addition
    /// alone, so that the steps' own workers serve every build. Null where the deployment does not tell builds apart.
    /// </summary>
    public static WorkerDeploymentVersion? VersionOf(StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return SagaVersion.Of(options.Temporal.Deployment, typeof(CheckoutWorkflow).Assembly.Location);
    }

    private static IServiceCollection AddQueue(this IServiceCollection services, string role, StackOptions options, string processName)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limits = options.TaskQueues.TryGetValue(role, out var configured) ? configured : new TaskQueueOptions();
        var worker = services.AddQueueWorker(role, limits, options.LongestCall, role is TaskQueues.Sagas or TaskQueues.Refunds ? VersionOf(options) : null);
        TaskQueueType[] polls;
        switch (role)
        {
            case TaskQueues.Sagas:
                // Money activities are here too, because a lean deployment runs them as local ones in the saga's worker.
                worker.AddWorkflow<CheckoutWorkflow>().AddWorkflow<LatePaymentWorkflow>()
                    .AddSingletonActivities<CheckoutActivities>().AddSingletonActivities<RefundActivities>().AddSingletonActivities<LatePaymentActivities>()
                    .AddSingletonActivities<TaxActivities>().AddSingletonActivities<PaymentActivities>()
                    .AddSingletonActivities<ReservationActivities>().AddSingletonActivities<ReviewActivities>();
                AddShortErpTries();
                polls = [TaskQueueType.Workflow, TaskQueueType.Activity];
                break;
            case TaskQueues.Refunds:
                // As local steps: what goes on remotely goes to the queues of its kind.
                worker.AddWorkflow<RefundWorkflow>()
                    .AddSingletonActivities<RefundActivities>().AddSingletonActivities<CheckoutActivities>()
                    .AddSingletonActivities<PaymentActivities>().AddSingletonActivities<TaxActivities>();
                AddShortErpTries();
                polls = [TaskQueueType.Workflow];
                break;
            case TaskQueues.Payments:
                worker.AddSingletonActivities<PaymentActivities>().AddSingletonActivities<RefundActivities>();
                polls = [TaskQueueType.Activity];
                break;
            case TaskQueues.Tax:
                worker.AddSingletonActivities<TaxActivities>();
                polls = [TaskQueueType.Activity];
                break;
            case TaskQueues.Erp:
                AddErpSteps();
                polls = [TaskQueueType.Activity];
                break;
            default:
                throw new ArgumentException($"There is no role '{role}'. Roles: {string.Join(", ", WorkerRoles.All)}.", nameof(role));
        }

        // In a lean deployment a document is tried once in the saga's worker, before it goes to the ERP's own queue.
        void AddShortErpTries()
        {
            if (options.Erp is not null)
            {
                AddErpSteps();
            }
        }

        void AddErpSteps()
        {
            services.AddErp(options);
            services.TryAddSingleton<TaxActivities>();
            worker.AddSingletonActivities<ErpActivities>().AddSingletonActivities<SaleActivities>();
        }

        return services.AddSingleton<IReadinessProbe>(provider =>
            new PollerProbe(provider.GetRequiredService<ITemporalClient>(), role, processName, provider.GetRequiredService<TimeProvider>(), polls));
    }

    /// <summary>The ERP, for the roles that speak to it; once, however many of them a process has.</summary>
    public static void AddErp(this IServiceCollection services, StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        if (services.Any(service => service.ServiceType == typeof(ErpPoster)))
        {
            return;
        }

        var erp = options.Erp ?? throw new ConfigurationException("The role erp needs the section erp.");
        services.AddSimpleErp(new SimpleErpConnection { BaseUrl = new Uri(erp.BaseUrl), ApiKey = erp.ApiKey, Timeout = erp.Timeout });
        services.AddSingleton(provider => new ErpBreaker(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.AddSingleton(new ShortTries(options.TaskQueues.TryGetValue(TaskQueues.Erp, out var limits) ? limits.MaxActivities : 10));
        services.AddSingleton<ErpPoster>();
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
            new CheckoutPolicies(options.Policies.CustomerActionExpiry, options.Policies.UnknownDeadline, options.Policies.AuthorizationExpiry, options.Policies.HoldDeadline)
            {
                Erp = options.Erp is not null,
            },
            methods)
        {
            Reserving = options.Merchants.Where(merchant => merchant.Reservation is not null).Select(merchant => MerchantId.Parse(merchant.Id)).ToHashSet(),
            Reviews = new ReviewRuleSet(options.ReviewRules),
        };
    }
}
