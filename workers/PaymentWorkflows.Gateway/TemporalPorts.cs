using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Health;
using PaymentWorkflows.Gateway.Refunds;
using PaymentWorkflows.Gateway.Webhooks;
using PaymentWorkflows.Hosting.Health;

namespace PaymentWorkflows.Gateway;

/// <summary>The ports that speak to Temporal; they need an <c>ITemporalClient</c>.</summary>
public static class TemporalPorts
{
    public static IServiceCollection AddTemporalPorts(this IServiceCollection services) => services
        .AddSingleton<ICheckoutStarter, TemporalCheckoutStarter>()
        .AddSingleton<IRefundStarter, TemporalRefundStarter>()
        .AddSingleton<ISagaSignaler, TemporalSagaSignaler>()
        .AddSingleton<IEndedSagas, EndedSagas>()
        .AddSingleton<IReadinessProbe, TemporalProbe>();
}
