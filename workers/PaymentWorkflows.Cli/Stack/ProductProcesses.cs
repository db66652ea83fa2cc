using System.Collections.Concurrent;
using System.Globalization;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Stripe;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>The product's own processes: sandbox, Gateways and workers.</summary>
/// <param name="more">Variables of the Gateways and workers beside those that every process has.</param>
internal sealed class ProductProcesses(StackOptions options, RepositoryLayout layout, StackFolders folders, IReadOnlyDictionary<string, string?> more)
{
    // Five processes on a developer's machine: the workstation collector keeps each of them small. The ASP.NET variables of whoever runs
    // pay would move the ports.
    private static readonly Dictionary<string, string?> Variables = new()
    {
        ["DOTNET_gcServer"] = "0",
        ["ASPNETCORE_URLS"] = null,
        ["ASPNETCORE_HTTP_PORTS"] = null,
        ["DOTNET_URLS"] = null,
    };

    /// <summary>A played ERP that no deployment speaks to still wants a key.</summary>
    private const string NobodysKey = "erp_key_of_nobody";

    private readonly HashSet<int> promised = [.. SharedPorts.Of(options)];

    /// <summary>Health addresses of the processes, by name. Workers' ports are chosen here and kept over restarts.</summary>
    public ConcurrentDictionary<string, string> Health { get; } = [];

    /// <summary>The sagas' assembly that the workers run, which tells their build.</summary>
    public string SagaAssembly => Path.Combine(Path.GetDirectoryName(layout.Assembly("PaymentWorkflows.Worker"))!, SagaVersion.AssemblyFile);

    public ProcessSpec Sandbox()
    {
        Health["sandbox"] = $"http://{options.Sandbox.Control}/health";
        return Spec("sandbox", "sandbox", StackTiers.Provider, "PaymentWorkflows.Sandbox",
        [
            "--stripe", options.Sandbox.Stripe,
            "--control", options.Sandbox.Control,
            "--state", folders.Sandbox,
            "--api-key", options.Stripe.ApiKey,
            .. GatewayAddresses().SelectMany(address => new[] { "--webhook-url", $"http://{address}/webhooks/stripe/{options.Stripe.Account}" }),
            "--webhook-secret", options.Stripe.WebhookSecret,
            "--webhook-events", string.Join(',', StripeEvents.Wanted),
            "--methods", options.PaymentMethodsFile,
            .. options.Sandbox.Erp is { } erp ? new[] { "--erp", erp, "--erp-key", options.Erp?.ApiKey ?? NobodysKey } : [],
            .. options.Sandbox.Merchant is { } merchant
                ? new[] { "--merchant", merchant }.Concat(MerchantSecrets(merchant).SelectMany(secret => new[] { "--merchant-secret", secret }))
                : [],
        ]);
    }

    /// <summary>What the requests to the played backend are signed with: of every endpoint that has its address.</summary>
    private IEnumerable<string> MerchantSecrets(string address) =>
        from merchant in options.Merchants
        from endpoint in new[] { merchant.Notices, merchant.Reservation }.OfType<EndpointOptions>()
        where endpoint.Url.Authority == address
        from secret in new[] { endpoint.Secret, endpoint.PreviousSecret }.OfType<string>().Distinct()
        select secret;

    public IEnumerable<ProcessSpec> Gateways() => Enumerable.Range(0, options.Gateway.Count).Select(index =>
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"gateway-{index + 1}");
        var address = GatewayAddresses()[index];
        Health[name] = $"http://{address}/health/ready";
        return WithMore(Spec(name, "gateway", StackTiers.Product, "PaymentWorkflows.Gateway", ["--config", options.ConfigFile, "--name", name, "--address", address]));
    });

    private string[] GatewayAddresses() =>
        [.. Enumerable.Range(0, options.Gateway.Count).Select(index => HostPort.Parse(options.Gateway.Address).Next(index).ToString())];

    public IEnumerable<ProcessSpec> Workers() =>
        from worker in options.Workers
        from index in Enumerable.Range(1, worker.Count)
        select Worker(string.Create(CultureInfo.InvariantCulture, $"worker-{worker.Role}-{index}"), worker.Role);

    /// <summary>The sample shop, a merchant's backend like any other.</summary>
    public IEnumerable<ProcessSpec> Samples()
    {
        if (options.Samples.Shop is not { } shop)
        {
            yield break;
        }

        var notices = options.Merchants.Single(merchant => merchant.Id == SampleOptions.ShopMerchant).Notices!;
        Health["shop"] = $"http://{shop}/health/ready";
        yield return Spec("shop", "sample", StackTiers.Product, "PaymentWorkflows.Shop",
        [
            "--address", shop,
            "--gateway", $"http://{options.Gateway.Address}",
            "--api-key", options.Gateway.ApiKey,
            "--temporal", options.Temporal.Address,
            "--notice-secret", notices.Secret,
            "--merchant", SampleOptions.ShopMerchant,
        ]);
    }

    private ProcessSpec Worker(string name, string role)
    {
        var port = PortOwners.FreePort(promised);
        promised.Add(port);
        var health = new HostPort("127.0.0.1", port).ToString();
        Health[name] = $"http://{health}/health/ready";
        return WithMore(Spec(name, role, StackTiers.Product, "PaymentWorkflows.Worker", ["--config", options.ConfigFile, "--name", name, "--roles", role, "--health", health]));
    }

    /// <summary>Who adds variables breaks the processes on purpose: they start again at once, however often they die.</summary>
    private ProcessSpec WithMore(ProcessSpec spec) =>
        more.Count == 0 ? spec : spec with { Environment = new Dictionary<string, string?>(spec.Environment.Concat(more)), LongestRestartPause = TimeSpan.FromMilliseconds(250) };

    private ProcessSpec Spec(string name, string role, int tier, string project, IReadOnlyList<string> arguments)
    {
        var health = Health[name];
        return new ProcessSpec
        {
            Name = name,
            Role = role,
            Program = RepositoryLayout.DotnetHost(),
            Arguments = [layout.Assembly(project), .. arguments],
            Environment = Variables,
            LogFile = folders.LogFile(name),
            IsReady = cancellationToken => Probes.HttpAsync(health, cancellationToken),
            Tier = tier,
            // Longer than a process itself waits for the call that is under way.
            StopTimeout = options.LongestCall + TimeSpan.FromSeconds(20),
        };
    }
}
