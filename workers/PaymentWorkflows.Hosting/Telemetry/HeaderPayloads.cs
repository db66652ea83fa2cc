using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>Reads headers that hold a map of texts.</summary>
internal static class HeaderPayloads
{
    public static Dictionary<string, string>? Read(IReadOnlyDictionary<string, Payload>? headers, string name)
    {
        if (headers is null || !headers.TryGetValue(name, out var payload))
        {
            return null;
        }

        try
        {
            return DataConverter.Default.PayloadConverter.ToValue<Dictionary<string, string>>(payload);
        }
        catch (Exception)
        {
            // Another system may use the same header for something else, in whatever form: it must not stop a payment.
            return null;
        }
    }
}
