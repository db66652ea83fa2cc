using PaymentWorkflows.Sandbox.Control;
using PaymentWorkflows.Sandbox.Erp;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.HostedPages;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Merchant;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Webhooks;

namespace PaymentWorkflows.Sandbox.Hosting;

/// <summary>Builds and runs the one process with its ports.</summary>
internal static class SandboxHost
{
    /// <summary>Runs until the process is told to stop.</summary>
    /// <returns>Exit code: 0 stopped, 1 could not start.</returns>
    public static async Task<int> RunAsync(SandboxOptions options, TextWriter errors)
    {
        var clock = new SandboxClock(TimeProvider.System);
        using var state = new SandboxState(clock, options.Seed, new MethodCatalog(options.MethodsFile));
        try
        {
            state.Open(options.StateFolder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await errors.WriteLineAsync($"The state folder {options.StateFolder} cannot be used: {failure.Message}");
            return 1;
        }

        await using var app = Build(options, state);
        try
        {
            await app.StartAsync();
        }
        catch (IOException failure)
        {
            await errors.WriteLineAsync($"The sandbox could not listen on {string.Join(", ", options.Listeners)}: {failure.Message}");
            return 1;
        }

        SandboxLog.Ready(app.Services.GetRequiredService<ILogger<ProviderPort>>(), options.PublicUrl, options.Control.ToString(), options.StateFolder);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static WebApplication Build(SandboxOptions options, SandboxState state)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var address in options.Listeners)
            {
                kestrel.Listen(address);
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services
            .AddSingleton(options)
            .AddSingleton(state)
            .AddSingleton(state.Clock.Machine)
            .AddSingleton(new Hangs(state.Clock.Machine))
            .AddSingleton(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) })
            .AddSingleton<WebhookSender>()
            .AddSingleton<DeliveryService>()
            .AddSingleton<RequestExecutor>()
            .AddSingleton<HostedPage>()
            .AddSingleton<ProviderPort>()
            .AddSingleton<PlayedService>()
            .AddSingleton<ErpPort>()
            .AddSingleton<MerchantPort>()
            .AddSingleton<ControlPort>()
            .AddHostedService(services => services.GetRequiredService<DeliveryService>())
            .AddHostedService<DueJobService>();

        var app = builder.Build();
        var provider = app.Services.GetRequiredService<ProviderPort>();
        var control = app.Services.GetRequiredService<ControlPort>();
        var hangs = app.Services.GetRequiredService<Hangs>();
        app.Lifetime.ApplicationStopping.Register(hangs.Stop);
        var erp = app.Services.GetRequiredService<ErpPort>();
        var merchant = app.Services.GetRequiredService<MerchantPort>();
        app.Run(http => http.Connection.LocalPort switch
        {
            var port when port == options.Control.Port => control.HandleAsync(http),
            var port when port == options.Erp?.Port => erp.HandleAsync(http),
            var port when port == options.Merchant?.Port => merchant.HandleAsync(http),
            _ => provider.HandleAsync(http),
        });
        return app;
    }
}
