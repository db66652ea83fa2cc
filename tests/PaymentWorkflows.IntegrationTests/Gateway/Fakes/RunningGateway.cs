using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Gateway;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Refunds;
using PaymentWorkflows.Gateway.Webhooks;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Hosting.PaymentMethods;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>The Gateway on a real socket of its own, with fake ports.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    internal const string ApiKey = "sk_test_gateway";
    private readonly WebApplication app;

    private RunningGateway(WebApplication app, FakeKeys keys, FakeCheckouts checkouts, FakeEngine engine, FakeRefunds refunds, FakeInbox inbox, FakeProbe probe, CapturedLogs logs)
    {
        this.app = app;
        (Keys, Checkouts, Engine, Refunds, Inbox, Probe, Logs) = (keys, checkouts, engine, refunds, inbox, probe, logs);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    internal Uri Address { get; }
    internal HttpClient Http { get; }
    internal FakeKeys Keys { get; }
    internal FakeCheckouts Checkouts { get; }
    internal FakeEngine Engine { get; }
    internal FakeRefunds Refunds { get; }
    internal FakeInbox Inbox { get; }
    internal FakeProbe Probe { get; }
    internal CapturedLogs Logs { get; }

    /// <summary>The log once it holds a text: the line that tells of a request comes a moment after its answer.</summary>
    internal Task<string> LogsHoldingAsync(string text) =>
        EndToEnd.RunningStack.EventuallyAsync(() => Task.FromResult(Logs.Text), log => log.Contains(text, StringComparison.Ordinal));
    internal IOutcomeBoard Board => app.Services.GetRequiredService<IOutcomeBoard>();

    internal static async Task<RunningGateway> StartAsync(IPaymentMethods? methods = null)
    {
        var keys = new FakeKeys();
        var checkouts = new FakeCheckouts(keys);
        var board = new OutcomeBoard(async (id, token) => (await checkouts.FindAsync(id, token))?.View, TimeProvider.System);
        var engine = new FakeEngine(checkouts, () => board);
        var refunds = new FakeRefunds(keys, checkouts);
        var (inbox, probe, logs) = (new FakeInbox(), new FakeProbe(), new CapturedLogs());
        var app = GatewayApp.Build(Stack(), new GatewayIdentity("gateway-test", "127.0.0.1:0"), builder =>
        {
            builder.Logging.ClearProviders().AddProvider(logs);
            builder.Services
                .AddSingleton<ITaxEngine, NoTaxEngine>().AddSingleton<IIdempotencyStore>(keys).AddSingleton<ICheckoutStore>(checkouts).AddSingleton<IOutcomeBoard>(board)
                .AddSingleton<ICheckoutStarter>(engine).AddSingleton<ISagaSignaler>(engine).AddSingleton<IEndedSagas>(engine)
                .AddSingleton<IRefundStore>(refunds).AddSingleton<IRefundStarter>(refunds).AddSingleton<IRefundBoard>(refunds.Board)
                .AddSingleton<IInbox>(inbox)
                .AddSingleton<IPaymentMethods>(methods ?? PaymentMethodLoader.Load(Path.Combine(RepositoryLayout.Current.Root!, "payment-methods.yaml")))
                .AddSingleton<IWebhookReader, FakeReader>().AddSingleton<IReadinessProbe>(probe);
        });
        await app.StartAsync();
        return new RunningGateway(app, keys, checkouts, engine, refunds, inbox, probe, logs);
    }

    internal Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Posts a body of the API with an idempotency key, a new one when none is named.</summary>
    internal Task<Answer> PostAsync(string path, string body, string? key = null, string? transaction = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key ?? $"k{Guid.NewGuid():N}"[..12]);
        if (transaction is not null)
        {
            request.Headers.TryAddWithoutValidation("Transaction-Id", transaction);
        }

        return SendAsync(request);
    }

    internal Task<Answer> WebhookAsync(string body, string account = "main", string signature = "good")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/stripe/{account}") { Content = new StringContent(body) };
        request.Headers.Add("Stripe-Signature", signature);
        return SendAsync(request);
    }

    internal async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request);
            return await Answer.ReadAsync(response);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static StackOptions Stack() => new()
    {
        Temporal = new TemporalOptions { Address = "127.0.0.1:1", Ui = "127.0.0.1:1" },
        Postgres = new PostgresOptions { Address = "127.0.0.1:1", AppPassword = "x" },
        Gateway = new GatewayOptions { Address = "127.0.0.1:7080", ApiKey = ApiKey },
        Sandbox = new SandboxOptions { Stripe = "127.0.0.1:1", Control = "127.0.0.1:1" },
        Stripe = new StripeOptions { ApiKey = "sk", WebhookSecret = "whsec", BaseUrl = "http://127.0.0.1:1" },
    };
}

/// <summary>A probe that fails when told to.</summary>
internal sealed class FakeProbe : IReadinessProbe
{
    internal bool IsDown { get; set; }

    public string Name => "database";

    public Task<string?> ProbeAsync(CancellationToken cancellationToken) => IsDown ? Task.FromException<string?>(new TimeoutException("down")) : Task.FromResult<string?>(null);
}

/// <summary>What came back, read to the end.</summary>
internal sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    internal JsonElement Json => JsonDocument.Parse(Body).RootElement;
    internal JsonElement Error => Json.GetProperty("error");
    internal string Code => Error.GetProperty("code").GetString()!;
    internal string? Param => Error.GetProperty("param").GetString();

    internal string Text(string name) => Json.GetProperty(name).GetString()!;

    internal static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }
}
