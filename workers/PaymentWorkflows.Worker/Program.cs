using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Hosting.Logging;
using PaymentWorkflows.Hosting.Telemetry;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Worker;

WorkerArguments arguments;
StackOptions options;
try
{
    arguments = WorkerArguments.Parse(args);
    options = SagaComposition.Load(arguments.Config);
    SagaComposition.RequireRoles(arguments.Roles, options);
}
catch (Exception wrong) when (wrong is FormatException or ConfigurationException)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}

var builder = ProcessBuilder.Create();
builder.AddJsonLogs(options.Logs, arguments.Name);
builder.WebHost.UseUrls($"http://{arguments.Health}");
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.LongestCall + TimeSpan.FromSeconds(15));
builder.Services.AddParentWatch();
builder.Services.AddPaymentsTelemetry(options.Telemetry, arguments.Name);
builder.Services.AddPaymentsTemporalClient(options.Temporal, arguments.Name);
builder.Services.AddPaymentActivities(options);
foreach (var role in arguments.Roles)
{
    builder.Services.AddRole(role, options, arguments.Name);
}

var app = builder.Build();
app.MapHealth();
app.MapMetrics();
await app.RunAsync();
return 0;
