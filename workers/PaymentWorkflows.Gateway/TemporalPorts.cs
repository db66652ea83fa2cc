using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Health;
using PaymentWorkflows.Gateway.Refunds;
using PaymentWorkflows.Gateway.Webhooks;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Health;
using PaymentWorkflows.Worker;
using Temporalio.Client;

namespace PaymentWorkflows.Gateway;

/// <summary>The ports that speak to Temporal; they need an <c>ITemporalClient</c> and the stack's configuration.</summary>
public static class TemporalPorts
{
    public static IServiceCollection AddTemporalPorts(this IServiceCollection services) => services
        .AddSingleton(provider => new EagerStarts(
            provider.GetRequiredService<ITemporalClient>(),
            SagaComposition.VersionOf(provider.GetRequiredService<StackOptions>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EagerStarts>>()))
        .AddHostedService(provider => provider.GetRequiredService<EagerStarts>())
        .AddSingleton<ICheckoutStarter, TemporalCheckoutStarter>()
        .AddSingleton<IRefundStarter, TemporalRefundStarter>()
        .AddSingleton<ISagaSignaler, TemporalSagaSignaler>()
        .AddSingleton<IEndedSagas, EndedSagas>()
        .AddSingleton<IReadinessProbe, TemporalProbe>();
}
