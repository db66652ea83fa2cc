using System.Globalization;

namespace PaymentWorkflows.Sandbox.Time;

/// <summary>UTC times as text.</summary>
internal static class Rfc3339
{
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
