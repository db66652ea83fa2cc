using System.Diagnostics;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>What a saga is about, as its Temporal headers carry it from the start to each step: the ids, nothing personal.</summary>
/// <param name="Transaction">The id through all systems.</param>
/// <param name="Merchant">Whose purchase it is.</param>
/// <param name="Checkout">The checkout.</param>
internal sealed record SagaSubject(TransactionId? Transaction, MerchantId? Merchant, CheckoutId? Checkout)
{
    /// <summary>The header.</summary>
    public const string Header = "payment-subject";

    public static SagaSubject None { get; } = new(null, null, null);

    /// <summary>What the header says; a header of somebody else that cannot be read says nothing.</summary>
    public static SagaSubject Read(IReadOnlyDictionary<string, Payload>? headers)
    {
        var values = HeaderPayloads.Read(headers, Header);
        return values is null
            ? None
            : new SagaSubject(
                TransactionId.TryParse(values.GetValueOrDefault(TelemetryNames.TransactionId), null, out var transaction) ? transaction : null,
                MerchantId.TryParse(values.GetValueOrDefault(TelemetryNames.Merchant), null, out var merchant) ? merchant : null,
                CheckoutId.TryParse(values.GetValueOrDefault(TelemetryNames.CheckoutId), null, out var checkout) ? checkout : null);
    }

    /// <summary>What the arguments of a call say of themselves.</summary>
    public static SagaSubject Of(IEnumerable<object?> arguments) => arguments.OfType<ITraced>().FirstOrDefault() is { } traced
        ? new SagaSubject(traced.Transaction, traced.OfMerchant, traced.OfCheckout)
        : None;

    /// <summary>This, and what the other one knows where this knows nothing.</summary>
    public SagaSubject Or(SagaSubject other) => new(Transaction ?? other.Transaction, Merchant ?? other.Merchant, Checkout ?? other.Checkout);

    public void Write(IDictionary<string, Payload> headers)
    {
        var values = new Dictionary<string, string>();
        Add(values, TelemetryNames.TransactionId, Transaction?.Value);
        Add(values, TelemetryNames.Merchant, Merchant?.Value);
        Add(values, TelemetryNames.CheckoutId, Checkout?.Value);
        if (values.Count > 0)
        {
            headers[Header] = DataConverter.Default.PayloadConverter.ToPayload(values);
        }
    }

    public void Tag(Activity? span)
    {
        span?.SetTag(TelemetryNames.TransactionId, Transaction?.Value);
        span?.SetTag(TelemetryNames.Merchant, Merchant?.Value);
        span?.SetTag(TelemetryNames.CheckoutId, Checkout?.Value);
    }

    private static void Add(Dictionary<string, string> values, string name, string? value)
    {
        if (value is not null)
        {
            values[name] = value;
        }
    }
}
