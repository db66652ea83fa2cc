using PaymentWorkflows.Contracts;
using PaymentWorkflows.Gateway;
using PaymentWorkflows.Hosting.Lifetime;
using PaymentWorkflows.Hosting.Logging;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Postgres;
using PaymentWorkflows.Worker;
using PaymentWorkflows.Worker.Backlogs;

return await GatewayProgram.RunAsync(args, SagaComposition.Load, (builder, options, identity) =>
{
    builder.AddJsonLogs(options.Logs, identity.Name);
    builder.Services.AddParentWatch();
    builder.Services.AddPaymentsTemporalClient(options.Temporal, identity.Name);
    builder.Services.AddPaymentActivities(options);
    builder.Services.AddOutcomeListener().AddRefundListener();
    builder.Services.AddHostedService<BacklogGauges>();

    // The Gateway works on sagas itself: most run in the process that waits for their answer.
    builder.Services.AddRole(TaskQueues.Sagas, options, identity.Name);
    builder.Services.AddTemporalPorts();
});
