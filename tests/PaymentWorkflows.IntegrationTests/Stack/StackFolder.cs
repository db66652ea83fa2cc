using System.Collections.Concurrent;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.TestKit.Sandbox;

namespace PaymentWorkflows.IntegrationTests.Stack;

/// <summary>A stack's data folder and ports for one test; also the progress of what runs there.</summary>
internal sealed class StackFolder : IProgress, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pay stack ");

    public StackFolder()
    {
        // The server's user must be able to pass through, as through any normal folder.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_root.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        Folders = new StackFolders(Path.Combine(_root.FullName, "data"));
        Folders.Create();
        Options = new StackOptions
        {
            Temporal = new TemporalOptions
            {
                Address = FreeAddress(),
                Ui = FreeAddress(),
                SearchAttributes = new Dictionary<string, string> { ["TransactionId"] = "Keyword" },
                DynamicConfig = new Dictionary<string, string> { ["system.forceSearchAttributesCacheRefreshOnRead"] = "true" },
            },
            Postgres = new PostgresOptions { Address = FreeAddress(), OwnerPassword = "own'er \"1\"", AppPassword = "app;2" },
            Gateway = new GatewayOptions { Address = FreeAddress(), ApiKey = "sk_dev_1" },
            Sandbox = new SandboxOptions { Stripe = FreeAddress(), Control = FreeAddress() },
            Stripe = new StripeOptions { ApiKey = "sk_test_1", WebhookSecret = "whsec_1", BaseUrl = "http://127.0.0.1:1" },
            Data = "data",
            ConfigFile = Path.Combine(_root.FullName, "temporal-dev.yaml"),
        };
    }

    public string Root => _root.FullName;

    public StackFolders Folders { get; }

    public StackOptions Options { get; }

    public ConcurrentQueue<string> Lines { get; } = [];

    public void Say(string line) => Lines.Enqueue(line);

    public void Dispose() => _root.Delete(recursive: true);

    private static string FreeAddress() => new HostPort("127.0.0.1", FreePort.Next()).ToString();
}
