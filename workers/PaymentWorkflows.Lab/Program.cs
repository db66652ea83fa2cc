using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Hosting.Logging;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Lab;
using PaymentWorkflows.Worker;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;

// The baseline's worker: as the samples start one, with the SDK's own defaults. Started by `pay bench checkout`.
var arguments = WorkerArguments.Parse(args);
var options = SagaComposition.Load(arguments.Config);
var builder = ProcessBuilder.Create();
builder.AddJsonLogs(options.Logs, arguments.Name);
builder.WebHost.UseUrls($"http://{arguments.Health}");
builder.Services.AddParentWatch();
builder.Services.AddTemporalClient(options.Temporal.Address, options.Temporal.Namespace).Configure(client =>
{
    client.DataConverter = PaymentWorkflowsJson.DataConverter;
    client.Identity = TemporalRegistration.Identity(arguments.Name);
});
builder.Services.AddPaymentActivities(options);
builder.Services.AddErp(options);
builder.Services.AddHostedTemporalWorker(PlainCheckoutWorkflow.Queue).AddWorkflow<PlainCheckoutWorkflow>()
    .AddSingletonActivities<CheckoutActivities>().AddSingletonActivities<TaxActivities>().AddSingletonActivities<PaymentActivities>().AddSingletonActivities<ErpActivities>();
builder.Services.AddSingleton<IReadinessProbe>(provider => new PollerProbe(
    provider.GetRequiredService<ITemporalClient>(), PlainCheckoutWorkflow.Queue, arguments.Name, provider.GetRequiredService<TimeProvider>(), [TaskQueueType.Workflow, TaskQueueType.Activity]));
var app = builder.Build();
app.MapHealth();
await app.RunAsync();
