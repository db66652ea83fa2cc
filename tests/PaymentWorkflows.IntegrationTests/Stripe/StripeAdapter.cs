using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Stripe;
using PaymentWorkflows.TestKit.Sandbox;
using PaymentWorkflows.Tests.Activities;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>The adapter as a deployment composes it, over one address.</summary>
internal sealed class StripeAdapter : IDisposable
{
    private readonly ServiceProvider services;

    private StripeAdapter(StripeConnection connection) => services = new ServiceCollection()
        .AddSingleton<TimeProvider>(Clock)
        .AddSingleton<ICustomerDirectory>(Directory)
        .AddSingleton<ITaxTransactionStore>(TaxStore)
        .AddStripe(connection)
        .AddStripeTax()
        .BuildServiceProvider();

    /// <summary>The customers that there are.</summary>
    public AddressBook Directory { get; } = new();

    /// <summary>What the tax engine was told.</summary>
    public MemoryTaxStore TaxStore { get; } = new();

    /// <summary>Our clock; the provider has its own.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public ITaxEngine Taxes => services.GetRequiredService<ITaxEngine>();

    public IPaymentProvider Payments => services.GetRequiredService<IPaymentProvider>();

    public IProviderCustomers Customers => services.GetRequiredService<IProviderCustomers>();

    public IPaymentMethodSetup Setups => services.GetRequiredService<IPaymentMethodSetup>();

    public IWebhookReader Webhooks => services.GetRequiredService<IWebhookReader>();

    public static StripeAdapter For(SandboxProcess sandbox, TimeSpan? timeout = null) =>
        For(sandbox.Stripe, timeout, sandbox.ApiKey, sandbox.WebhookSecret);

    public static StripeAdapter For(Uri address, TimeSpan? timeout = null, string apiKey = "sk_test_123", string webhookSecret = "whsec_123") =>
        new(new StripeConnection
        {
            ApiKey = apiKey,
            BaseUrl = address.ToString().TrimEnd('/'),
            Timeout = timeout ?? TimeSpan.FromSeconds(15),
            SearchLag = TimeSpan.FromSeconds(60),
            ApiVersion = StripeApiVersion.Pinned,
            WebhookSecrets = [webhookSecret],
        });

    public void Dispose() => services.Dispose();
}
