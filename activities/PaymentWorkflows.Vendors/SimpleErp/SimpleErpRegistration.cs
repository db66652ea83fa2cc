using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Erp;

namespace PaymentWorkflows.Vendors.SimpleErp;

/// <summary>A simple HTTP ERP as the ERP.</summary>
public static class SimpleErpRegistration
{
    private const int LargestAnswer = 1_000_000;

    public static IServiceCollection AddSimpleErp(this IServiceCollection services, SimpleErpConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return services.AddSingleton<IErp>(provider => new SimpleErpClient(Client(connection), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>A client that makes each call once: retries are the saga's, which looks before it sends again.</summary>
    public static HttpClient Client(SimpleErpConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = connection.Timeout,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        var address = connection.BaseUrl.AbsoluteUri;
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(address.EndsWith('/') ? address : $"{address}/"),
            Timeout = connection.Timeout,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        client.DefaultRequestHeaders.Authorization = new("Bearer", connection.ApiKey);
        client.DefaultRequestHeaders.UserAgent.ParseAdd("PaymentWorkflows/1 (erp)");
        return client;
    }
}
