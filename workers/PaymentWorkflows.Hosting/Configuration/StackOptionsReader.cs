using PaymentWorkflows.Contracts;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Names every key of <c>temporal-dev.yaml</c> once, with its type and range. Defaults stand in the option records.</summary>
internal static class StackOptionsReader
{
    private const int MostProcesses = 32;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public static StackOptions Read(SettingsSection root)
    {
        var required = new StackOptions
        {
            Temporal = root.Section("temporal", ReadTemporal),
            Postgres = root.Section("postgres", ReadPostgres),
            Gateway = root.Section("gateway", ReadGateway),
            Sandbox = root.Section("sandbox", ReadSandbox),
            Stripe = root.Section("stripe", ReadStripe),
        };
        var options = required with
        {
            Placement = root.OneOf("placement", AllowedValues.Placements, required.Placement),
            Policies = root.Section("policies", ReadPolicies),
            Tax = root.Section("tax", section => new TaxOptions { Engine = section.OneOf("engine", AllowedValues.TaxEngines, required.Tax.Engine) }),
            ReviewRules = ReviewRulesReader.Read(root),
            Merchants = MerchantsReader.Read(root),
            Notices = root.Section("notices", MerchantsReader.ReadNotices),
            Reservations = root.Section("reservations", ReadReservations),
            Erp = root.OptionalSection("erp", ReadErp),
            Workers = root.Sections("workers", ReadWorker),
            TaskQueues = root.Map("task_queues", ReadTaskQueue),
            Logs = root.Section("logs", section => new LogOptions { Level = section.OneOf("level", AllowedValues.LogLevels, required.Logs.Level) }),
            Samples = root.Section("samples", section => new SampleOptions { Shop = section.OptionalAddress("shop") }),
            Telemetry = root.OptionalSection("telemetry", ReadTelemetry),
            PaymentMethods = root.Text("payment_methods", required.PaymentMethods),
            Data = root.Text("data", required.Data),
        };
        RefuseRepeatedRoles(root, options);
        RefuseSilentShop(root, options);
        RefuseErpWorkersWithoutErp(root, options);
        SharedPorts.Refuse(root, options);
        return options;
    }

    private static SandboxOptions ReadSandbox(SettingsSection section) => new()
    {
        Stripe = section.Address("stripe"),
        Control = section.Address("control"),
        Erp = section.OptionalAddress("erp"),
        Merchant = section.OptionalAddress("merchant"),
    };

    private static ErpOptions ReadErp(SettingsSection section)
    {
        var required = new ErpOptions { BaseUrl = section.WebAddress("base_url"), ApiKey = section.Secret("api_key") };

        // A step makes up to three calls, and must come to its end within its longest try of a minute.
        return required with { Timeout = section.Duration("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(15), required.Timeout) };
    }

    private static ReservationOptions ReadReservations(SettingsSection section)
    {
        var defaults = new ReservationOptions();
        return new ReservationOptions
        {
            Patience = section.Duration("patience", Second, Hour, defaults.Patience),
            PerMerchantConcurrency = section.Whole("per_merchant_concurrency", 1, 1_000, defaults.PerMerchantConcurrency),
        };
    }

    private static TemporalOptions ReadTemporal(SettingsSection section)
    {
        var required = new TemporalOptions { Address = section.Address("address"), Ui = section.Address("ui") };
        return required with
        {
            Namespace = section.Matching("namespace", SettingsParsers.PlainName(), "letters, digits, '-', '_' and '.'", required.Namespace),
            External = section.Has("external") && section.RequiredFlag("external"),
            Deployment = section.OptionalSection("deployment", ReadDeployment),
            Program = section.OptionalText("program"),
            SearchAttributes = section.Map("search_attributes", (map, name) => map.OneOf(name, AllowedValues.SearchAttributeTypes, null)),
            DynamicConfig = section.Map("dynamic_config", (map, name) => map.RequiredText(name)),
        };
    }

    private static DeploymentOptions ReadDeployment(SettingsSection section) => new()
    {
        // The server joins name and build id with '.' or ':', so that it allows neither in a name.
        Name = section.Matching("name", SettingsParsers.DeploymentName(), "letters, digits, '-' and '_', at most 100", new DeploymentOptions().Name),
        BuildId = section.Value<string?>(
            "build_id", (string text, out string? value) => SettingsParsers.BuildId().IsMatch(value = text), "letters, digits, '-', '_', '.' and '+', at most 200, or left out", null),
    };

    private static PostgresOptions ReadPostgres(SettingsSection section)
    {
        var required = new PostgresOptions
        {
            Address = section.Address("address"),
            OwnerPassword = section.OptionalText("owner_password"),
            AppPassword = section.Secret("app_password"),
        };
        var options = required with
        {
            Database = SqlName(section, "database", required.Database),
            OwnerRole = SqlName(section, "owner_role", required.OwnerRole),
            AppRole = SqlName(section, "app_role", required.AppRole),
            Programs = section.OptionalText("programs"),
            MaxPoolSize = section.Whole("max_pool_size", 1, 1_000, required.MaxPoolSize),
        };
        return options.AppRole != options.OwnerRole
            ? options
            : throw section.Wrong("app_role", $"{section.PathOf("app_role")} must differ from {section.PathOf("owner_role")}, so that the application cannot alter the tables");
    }

    private static string SqlName(SettingsSection section, string key, string fallback) => section.Matching(
        key,
        SettingsParsers.SqlName(),
        "lower-case letters, digits and '_', beginning with a letter, at most 63",
        fallback);

    private static GatewayOptions ReadGateway(SettingsSection section)
    {
        var required = new GatewayOptions { Address = section.Address("address"), ApiKey = section.Secret("api_key", "sk_") };
        return required with
        {
            Count = section.Whole("count", 1, MostProcesses, required.Count),
            MaxBodyBytes = section.Whole("max_body_bytes", 1_024, 16_777_216, required.MaxBodyBytes),
            KeyLease = section.Duration("key_lease", Second, Hour, required.KeyLease),
            RefundsAtOnce = section.Whole("refunds_at_once", 1, 1_000, required.RefundsAtOnce),
            RefundsPerMerchant = section.Whole("refunds_per_merchant", 1, 1_000, required.RefundsPerMerchant),
            RefundsBesideCheckouts = section.Whole("refunds_beside_checkouts", 1, 10_000, required.RefundsBesideCheckouts),
        };
    }

    private static StripeOptions ReadStripe(SettingsSection section)
    {
        var required = new StripeOptions
        {
            ApiKey = section.Secret("api_key", "sk_"),
            WebhookSecret = section.Secret("webhook_secret", "whsec_"),
            BaseUrl = section.WebAddress("base_url"),
        };
        return required with
        {
            Account = section.Matching("account", SettingsParsers.PlainName(), "letters, digits, '-', '_' and '.'", required.Account),
            ApiVersion = section.Matching("api_version", SettingsParsers.ApiVersion(), "a version such as 2026-10-28.endive", required.ApiVersion),
            Timeout = section.Duration("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2), required.Timeout),
            SearchLag = section.Duration("search_lag", TimeSpan.Zero, Hour, required.SearchLag),
            RateLimits = section.Section("rate_limits", limits =>
                new RateLimitOptions(limits.OptionalRate("all"), limits.OptionalRate("endpoint"), limits.OptionalRate("search"))),
        };
    }

    private static PolicyOptions ReadPolicies(SettingsSection section)
    {
        var defaults = new PolicyOptions();
        return new PolicyOptions
        {
            CustomerActionExpiry = section.Duration("customer_action_expiry", Second, Month, defaults.CustomerActionExpiry),
            UnknownDeadline = section.Duration("unknown_deadline", Second, Month, defaults.UnknownDeadline),
            AuthorizationExpiry = section.Duration("authorization_expiry", Second, Month, defaults.AuthorizationExpiry),
            HoldDeadline = section.Duration("hold_deadline", Second, Month, defaults.HoldDeadline),
        };
    }

    private static WorkerOptions ReadWorker(SettingsSection section)
    {
        var required = new WorkerOptions { Role = section.OneOf("role", AllowedValues.Roles, null) };
        return required with { Count = section.Whole("count", 0, MostProcesses, required.Count) };
    }

    private static TaskQueueOptions ReadTaskQueue(SettingsSection map, string queue)
    {
        // A queue nobody serves would be limits that never apply.
        if (!AllowedValues.Queues.Contains(queue))
        {
            throw map.Wrong(queue, $"{map.PathOf(queue)} is not a task queue; allowed: {string.Join(", ", AllowedValues.Queues)}");
        }

        var defaults = new TaskQueueOptions();
        return map.Section(queue, section => new TaskQueueOptions
        {
            // The SDK needs two slots: one for the sticky queue, one for the normal one.
            MaxWorkflowTasks = section.Whole("max_workflow_tasks", 2, 10_000, defaults.MaxWorkflowTasks),
            MaxActivities = section.Whole("max_activities", 1, 10_000, defaults.MaxActivities),
            MaxLocalActivities = section.Whole("max_local_activities", 1, 10_000, defaults.MaxLocalActivities),
            MaxCachedWorkflows = section.Whole("max_cached_workflows", 0, 1_000_000, defaults.MaxCachedWorkflows),
            ActivitiesPerSecond = section.OptionalRate("activities_per_second"),
        });
    }

    private static void RefuseSilentShop(SettingsSection root, StackOptions options)
    {
        if (options.Samples.Shop is not null && options.Merchants.All(merchant => merchant.Id != SampleOptions.ShopMerchant || merchant.Notices is null))
        {
            throw root.Wrong("samples", $"samples.shop needs a merchant '{SampleOptions.ShopMerchant}' under merchants, with notices that go to the shop");
        }
    }

    private static TelemetryOptions ReadTelemetry(SettingsSection section)
    {
        var required = new TelemetryOptions { Otlp = section.Endpoint("otlp") };
        return required with
        {
            Traces = section.Has("traces") ? section.RequiredFlag("traces") : required.Traces,
            Sample = section.Share("sample", required.Sample),
            MetricsEvery = section.Duration("metrics_every", Second, Hour, required.MetricsEvery),
        };
    }

    private static void RefuseErpWorkersWithoutErp(SettingsSection root, StackOptions options)
    {
        if (options.Erp is null && options.Workers.Any(worker => worker is { Role: TaskQueues.Erp, Count: > 0 }))
        {
            throw root.Wrong("workers", "workers names the role erp, but there is no section erp that says where the ERP is");
        }
    }

    private static void RefuseRepeatedRoles(SettingsSection root, StackOptions options)
    {
        var repeated = options.Workers.GroupBy(worker => worker.Role, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            throw root.Wrong("workers", $"workers names the role {repeated.Key} {repeated.Count()} times; name it once and set its count");
        }
    }
}
