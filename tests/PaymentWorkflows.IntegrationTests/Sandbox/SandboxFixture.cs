using global::Stripe;
using PaymentWorkflows.TestKit.Sandbox;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>One running sandbox for a class of tests, and clients for it.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public SandboxProcess Process { get; private set; } = null!;

    public SandboxControl Control => Process.Control;

    /// <summary>Stripe's own client without its retries.</summary>
    public StripeClient Stripe { get; private set; } = null!;

    /// <summary>Raw requests, for what the client hides.</summary>
    public RawClient Raw { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await SandboxProcess.StartAsync();
        Stripe = Client(Process);
        Raw = new RawClient(Process.Stripe, Process.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        Raw.Dispose();
        await Process.DisposeAsync();
    }

    public static StripeClient Client(SandboxProcess process) => new(new StripeClientOptions
    {
        ApiKey = process.ApiKey,
        ApiBase = process.Stripe.ToString().TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(maxNetworkRetries: 0),
    });
}
