using System.Text.Json;

namespace PaymentWorkflows.Vendors.SimpleErp;

/// <summary>An error as the ERP writes it: <c>{"error":{"code","message"}}</c>.</summary>
internal sealed record WireError(string Code, string Message)
{
    /// <summary>The error of an answer; null when its body is none.</summary>
    public static WireError? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<Envelope>(body, WireJson.Options)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Envelope(WireError Error);
}
