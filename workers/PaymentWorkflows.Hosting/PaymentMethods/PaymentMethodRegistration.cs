using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Hosting.PaymentMethods;

/// <summary>The payment methods as a service of the process.</summary>
public static class PaymentMethodRegistration
{
    /// <summary>Adds the methods of the file and follows its changes. Needs a <see cref="TimeProvider"/>.</summary>
    /// <exception cref="ConfigurationException">At the start of the host: the file cannot be read, or something in it is wrong.</exception>
    public static IServiceCollection AddPaymentMethods(this IServiceCollection services, string file)
    {
        services.AddSingleton(provider => new PaymentMethodFile(
            file, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PaymentMethodFile>>()));
        services.AddSingleton<IPaymentMethods>(provider => provider.GetRequiredService<PaymentMethodFile>());
        services.AddHostedService(provider => provider.GetRequiredService<PaymentMethodFile>());
        return services;
    }
}
