using PaymentWorkflows.Activities.Reservations;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Worker.Merchants;

namespace PaymentWorkflows.Worker.Reservations;

/// <summary>The merchants' reservations: what the saga workers need to ask for them.</summary>
internal static class ReservationRegistration
{
    public static IServiceCollection AddReservations(this IServiceCollection services, StackOptions options)
    {
        services.AddMerchantClient(MerchantReservations.Client);
        services.AddSingleton(new ReservationPatience(options.Reservations.Patience));
        services.AddSingleton<IReservationBackend>(provider => new MerchantReservations(
            provider.GetRequiredService<IHttpClientFactory>(), MerchantEndpoint.OfReservations(options.Merchants), options.Reservations, provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
