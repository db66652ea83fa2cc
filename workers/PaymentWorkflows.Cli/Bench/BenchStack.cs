using System.Collections;
using System.Globalization;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>A whole stack of a benchmark's own: on free ports and in a folder that ends with it, beside whatever else runs.</summary>
internal sealed class BenchStack : IAsyncDisposable
{
    private readonly StackHost host;

    private BenchStack(StackOptions options, StackHost host) => (Options, this.host) = (options, host);

    public StackOptions Options { get; }

    /// <summary>What runs, and where each process tells its health.</summary>
    public StackState State => StackState.Read(new StackFolders(Options.DataFolder)) ?? throw new StackException($"The stack in {Options.DataFolder} does not say what runs.");

    /// <summary>Starts it in a folder of this name within the stack's data folder.</summary>
    /// <param name="stack">The settings that it takes over.</param>
    /// <param name="name">Its folder.</param>
    /// <param name="more">Settings of its own, as environment variables (<c>PAY__PLACEMENT</c>).</param>
    /// <param name="progress">Hears what happens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StackException">It did not start.</exception>
    public static async Task<BenchStack> StartAsync(
        StackOptions stack, string name, IReadOnlyDictionary<string, string> more, IProgress progress, CancellationToken cancellationToken)
    {
        var own = OwnPlace(stack, Path.Combine(stack.DataFolder, name)).Concat(more).ToDictionary(StringComparer.Ordinal);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        foreach (var (variable, value) in own)
        {
            environment[variable] = value;
        }

        var options = StackOptionsLoader.Load(stack.ConfigFile, environment, Environment.CurrentDirectory);
        var folders = new StackFolders(options.DataFolder);
        if (StackLock.HolderOf(folders) is null)
        {
            // Whatever a run that was killed left there is ended, then its files go.
            await (await StackHost.OpenAsync(options, RepositoryLayout.Current, progress, TimeProvider.System).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            await DeleteAsync(folders).ConfigureAwait(false);
        }

        var host = await StackHost.OpenAsync(options, RepositoryLayout.Current, progress, TimeProvider.System, own.ToDictionary(one => one.Key, one => (string?)one.Value)).ConfigureAwait(false);
        var started = new BenchStack(options, host);
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return started;
        }
        catch
        {
            await started.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        await DeleteAsync(new StackFolders(Options.DataFolder)).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(StackFolders folders)
    {
        await PostgresTools.DeleteAsync(folders, CancellationToken.None).ConfigureAwait(false);
        Directory.Delete(folders.Data, recursive: true);
    }

    /// <summary>The folder, a free port for each that the settings name, and every address that names one of those.</summary>
    private static Dictionary<string, string> OwnPlace(StackOptions stack, string folder)
    {
        var promised = SharedPorts.Of(stack).ToHashSet();
        var moved = new Dictionary<string, string>(StringComparer.Ordinal);
        string Move(string address)
        {
            if (!moved.TryGetValue(address, out var free))
            {
                var port = PortOwners.FreePort(promised);
                promised.Add(port);
                moved[address] = free = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            }

            return free;
        }

        var own = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PAY__DATA"] = folder,
            ["PAY__TEMPORAL__ADDRESS"] = Move(stack.Temporal.Address),
            ["PAY__TEMPORAL__UI"] = Move(stack.Temporal.Ui),
            ["PAY__POSTGRES__ADDRESS"] = Move(stack.Postgres.Address),
            ["PAY__GATEWAY__ADDRESS"] = Move(stack.Gateway.Address),
            ["PAY__GATEWAY__COUNT"] = "1",
            ["PAY__SANDBOX__STRIPE"] = Move(stack.Sandbox.Stripe),
            ["PAY__SANDBOX__CONTROL"] = Move(stack.Sandbox.Control),
        };
        void MoveOptional(string variable, string? address)
        {
            if (address is not null)
            {
                own[variable] = Move(address);
            }
        }

        MoveOptional("PAY__SAMPLES__SHOP", stack.Samples.Shop);
        MoveOptional("PAY__SANDBOX__ERP", stack.Sandbox.Erp);
        MoveOptional("PAY__SANDBOX__MERCHANT", stack.Sandbox.Merchant);
        void Follow(string variable, string? url)
        {
            if (url is not null && moved.TryGetValue(new Uri(url).Authority, out var free))
            {
                own[variable] = new UriBuilder(url) { Port = HostPort.Parse(free).Port }.Uri.ToString().TrimEnd('/');
            }
        }

        Follow("PAY__STRIPE__BASE_URL", stack.Stripe.BaseUrl);
        Follow("PAY__ERP__BASE_URL", stack.Erp?.BaseUrl);
        foreach (var (index, merchant) in stack.Merchants.Index())
        {
            Follow(string.Create(CultureInfo.InvariantCulture, $"PAY__MERCHANTS__{index}__NOTICES__URL"), merchant.Notices?.Url.ToString());
            Follow(string.Create(CultureInfo.InvariantCulture, $"PAY__MERCHANTS__{index}__RESERVATION__URL"), merchant.Reservation?.Url.ToString());
        }

        return own;
    }
}
