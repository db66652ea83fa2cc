using System.Globalization;
using PaymentWorkflows.Domain.Reviews;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>
/// Everything a process of the product needs to know, read from <c>temporal-dev.yaml</c> (keys are the snake_case names of these
/// properties). Durations are ISO 8601 (<c>PT15M</c>), addresses are <c>host:port</c>.
/// </summary>
public sealed record StackOptions
{
    public required TemporalOptions Temporal { get; init; }
    public required PostgresOptions Postgres { get; init; }
    public required GatewayOptions Gateway { get; init; }
    public required SandboxOptions Sandbox { get; init; }
    public required StripeOptions Stripe { get; init; }

    /// <summary>Where short steps run: <c>lean</c> (in the saga's own worker) or <c>isolated</c> (each role on its own task queue).</summary>
    public string Placement { get; init; } = "lean";

    public PolicyOptions Policies { get; init; } = new();

    public TaxOptions Tax { get; init; } = new();

    /// <summary>Which payments a person looks at before their money is taken; none by default.</summary>
    public IReadOnlyList<ReviewRule> ReviewRules { get; init; } = [];

    /// <summary>The merchants that have backends of their own to speak to; no id twice.</summary>
    public IReadOnlyList<MerchantOptions> Merchants { get; init; } = [];

    /// <summary>How notices are delivered to the merchants' backends.</summary>
    public NoticeOptions Notices { get; init; } = new();

    /// <summary>How merchants' backends are asked to reserve.</summary>
    public ReservationOptions Reservations { get; init; } = new();

    /// <summary>The ERP that documents are posted to; null posts none.</summary>
    public ErpOptions? Erp { get; init; }

    /// <summary>The worker processes of the local stack, one entry per role.</summary>
    public IReadOnlyList<WorkerOptions> Workers { get; init; } = [];

    /// <summary>Worker limits per task queue; the key is the queue's name.</summary>
    public IReadOnlyDictionary<string, TaskQueueOptions> TaskQueues { get; init; } = new Dictionary<string, TaskQueueOptions>();

    public LogOptions Logs { get; init; } = new();

    /// <summary>The samples that run beside the stack.</summary>
    public SampleOptions Samples { get; init; } = new();

    /// <summary>Where traces and metrics go; null sends them nowhere.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>The file that describes the payment methods, relative to the file's folder.</summary>
    public string PaymentMethods { get; init; } = "payment-methods.yaml";

    /// <summary>The folder for everything the stack writes (database files, logs, process ids), relative to the file's folder.</summary>
    public string Data { get; init; } = ".pay";

    /// <summary>Absolute path of the file these options came from; child processes get it as <c>--config</c>. Not a key of the file.</summary>
    public string ConfigFile { get; init; } = Path.GetFullPath(StackOptionsLoader.DefaultFileName);

    /// <summary>Absolute path of <see cref="Data"/>.</summary>
    public string DataFolder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ConfigFile))!, Data));

    /// <summary>The longest that one call to the outside may take: a process that stops waits for it.</summary>
    public TimeSpan LongestCall => Merchants.SelectMany(merchant => new[] { merchant.Notices, merchant.Reservation })
        .Select(endpoint => endpoint?.Timeout ?? TimeSpan.Zero).Append(Stripe.Timeout).Append(Erp?.LongestStep ?? TimeSpan.Zero).Max();

    /// <summary>Absolute path of <see cref="PaymentMethods"/>.</summary>
    public string PaymentMethodsFile => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ConfigFile))!, PaymentMethods));

    /// <summary>Npgsql connection string of the application role, which can only do what the migrations grant it.</summary>
    public string AppConnectionString() => Postgres.ConnectionString(Postgres.AppRole, Postgres.AppPassword, Postgres.Database, Postgres.MaxPoolSize);

    /// <summary>Npgsql connection string of the role that owns the database and migrates it.</summary>
    /// <exception cref="ConfigurationException">The owner's password is not in the file.</exception>
    public string OwnerConnectionString() => Postgres.ConnectionString(Postgres.OwnerRole, RequireOwnerPassword(), Postgres.Database, maxPoolSize: 4);

    /// <summary>The password of the role that owns the database, for whoever makes or migrates it.</summary>
    /// <exception cref="ConfigurationException">It is not in the file.</exception>
    public string RequireOwnerPassword() => Postgres.OwnerPassword
        ?? throw new ConfigurationException($"{ConfigFile}: postgres.owner_password is missing: what makes or migrates the database needs it (or PAY__POSTGRES__OWNER_PASSWORD).");
}

/// <summary>The Temporal server: the local dev server that <c>pay</c> starts, or one that runs elsewhere.</summary>
public sealed record TemporalOptions
{
    public required string Address { get; init; }
    public required string Ui { get; init; }
    public string Namespace { get; init; } = "default";

    /// <summary>A server that somebody else runs, such as a cluster: the stack starts none, also at an address of this machine.</summary>
    public bool External { get; init; }

    /// <summary>How builds of the sagas are told apart; null does not tell them apart.</summary>
    public DeploymentOptions? Deployment { get; init; }

    /// <summary>Path of the <c>temporal</c> program; null looks it up.</summary>
    public string? Program { get; init; }

    /// <summary>Search attributes registered at start: name to Temporal type (Keyword, Int, Bool, ...).</summary>
    public IReadOnlyDictionary<string, string> SearchAttributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Dynamic configuration of the dev server: key to value.</summary>
    public IReadOnlyDictionary<string, string> DynamicConfig { get; init; } = new Dictionary<string, string>();
}

/// <summary>PostgreSQL: the owner migrates; the application role can only do what the migrations grant it.</summary>
public sealed record PostgresOptions
{
    public required string Address { get; init; }
    public string Database { get; init; } = "payments";
    public string OwnerRole { get; init; } = "pay_owner";

    /// <summary>The owner's password; null in a process that neither makes nor migrates the database, such as a Gateway or a worker of a deployment.</summary>
    public string? OwnerPassword { get; init; }

    public string AppRole { get; init; } = "pay_app";
    public required string AppPassword { get; init; }

    /// <summary>Folder that holds <c>initdb</c> and <c>postgres</c>; null looks it up.</summary>
    public string? Programs { get; init; }

    public int MaxPoolSize { get; init; } = 20;

    /// <summary>An Npgsql connection string to this server; values are quoted, so a password may hold any character.</summary>
    /// <param name="role">The login role.</param>
    /// <param name="password">Its password.</param>
    /// <param name="database">The database to connect to.</param>
    /// <param name="maxPoolSize">Most connections this process keeps.</param>
    public string ConnectionString(string role, string password, string database, int maxPoolSize)
    {
        var address = HostPort.Parse(Address);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Host={Quoted(address.Host)};Port={address.Port};Database={Quoted(database)};Username={Quoted(role)};Password={Quoted(password)};Maximum Pool Size={maxPoolSize};No Reset On Close=true;Max Auto Prepare=200;Auto Prepare Min Usages=2");
    }

    private static string Quoted(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>The HTTP edge for app backends and webhooks.</summary>
public sealed record GatewayOptions
{
    /// <summary>Address of the first Gateway; further ones take the next ports.</summary>
    public required string Address { get; init; }
    public required string ApiKey { get; init; }
    public int Count { get; init; } = 1;

    /// <summary>Largest request body in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 262_144;

    /// <summary>How long a Gateway that took an idempotency key may be silent before another takes the key over.</summary>
    public TimeSpan KeyLease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Refunds that one Gateway takes in at once; the others wait for their turn.</summary>
    public int RefundsAtOnce { get; init; } = 4;

    /// <summary>How many of them may be one merchant's.</summary>
    public int RefundsPerMerchant { get; init; } = 1;

    /// <summary>How many refunds of one merchant come in per second while checkouts are under way.</summary>
    public int RefundsBesideCheckouts { get; init; } = 2;
}

/// <summary>The samples that run beside the stack; null runs none.</summary>
public sealed record SampleOptions
{
    /// <summary>The id of the merchant that the shop sells as; its notices go to the shop.</summary>
    public const string ShopMerchant = "shop";

    /// <summary>Address of the sample shop.</summary>
    public string? Shop { get; init; }
}

/// <summary>The local payment provider with its control port, and what else is played beside it.</summary>
public sealed record SandboxOptions
{
    public required string Stripe { get; init; }
    public required string Control { get; init; }

    /// <summary>Where an ERP is played; null plays none.</summary>
    public string? Erp { get; init; }

    /// <summary>Where a merchant's backend is played; null plays none.</summary>
    public string? Merchant { get; init; }
}

/// <summary>The Stripe account in use.</summary>
public sealed record StripeOptions
{
    /// <summary>Name of the account in webhook addresses (<c>/webhooks/stripe/{account}</c>).</summary>
    public string Account { get; init; } = "main";
    public required string ApiKey { get; init; }
    public required string WebhookSecret { get; init; }

    /// <summary>Base address of the API; the sandbox's in the local stack.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The API version this build speaks; the start fails when the SDK pins another one.</summary>
    public string ApiVersion { get; init; } = "2026-10-28.endive";

    /// <summary>Requests per second over all processes; null is no limit.</summary>
    public RateLimitOptions RateLimits { get; init; } = new(null, null, null);

    /// <summary>How long one provider call may take before its outcome counts as unknown.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the provider's search index may lag behind: an object not found proves absence only after that.</summary>
    public TimeSpan SearchLag { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Deadlines of a checkout. They are put into the workflow's input, so a running saga keeps what it began with.</summary>
public sealed record PolicyOptions
{
    public TimeSpan CustomerActionExpiry { get; init; } = TimeSpan.FromMinutes(30);
    public TimeSpan UnknownDeadline { get; init; } = TimeSpan.FromHours(1);
    public TimeSpan AuthorizationExpiry { get; init; } = TimeSpan.FromDays(6);
    public TimeSpan HoldDeadline { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>Who computes tax for checkouts with <c>tax: automatic</c>.</summary>
public sealed record TaxOptions
{
    /// <summary><c>stripe</c> (Stripe Tax, over the connection of the section <c>stripe</c>) or <c>none</c>: such checkouts are refused then.</summary>
    public string Engine { get; init; } = "none";
}

/// <summary>A worker process of the local stack.</summary>
public sealed record WorkerOptions
{
    public required string Role { get; init; }
    public int Count { get; init; } = 1;
}

/// <summary>Requests per second that a provider's account bears, over all processes; null is no limit.</summary>
/// <param name="All">All requests together.</param>
/// <param name="Endpoint">One endpoint.</param>
/// <param name="Search">All searches together.</param>
public sealed record RateLimitOptions(double? All, double? Endpoint, double? Search);

/// <summary>Limits of the workers on one task queue.</summary>
public sealed record TaskQueueOptions
{
    public int MaxWorkflowTasks { get; init; } = 100;
    public int MaxActivities { get; init; } = 100;
    public int MaxLocalActivities { get; init; } = 100;
    public int MaxCachedWorkflows { get; init; } = 5_000;

    /// <summary>Activities per second over all workers of the queue; null is unlimited.</summary>
    public double? ActivitiesPerSecond { get; init; }
}

/// <summary>Serilog's minimum level: Verbose, Debug, Information, Warning, Error or Fatal.</summary>
public sealed record LogOptions
{
    public string Level { get; init; } = "Information";
}
