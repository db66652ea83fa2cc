using System.ComponentModel;
using System.Text.Json.Serialization;
using System.Xml;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;

namespace PaymentWorkflows.Gateway.PaymentMethods;

/// <summary>A payment method as a shop needs it to offer it.</summary>
public sealed record PaymentMethodResource
{
    [Description("Always 'payment_method'.")]
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "payment_method";

    [Description("The name for payment_method.type of a checkout.")]
    public required string Type { get; init; }

    [Description("The name for customers, in the asked language where there is one.")]
    public required string Name { get; init; }

    [Description("How the customer pays.")]
    public required PaymentFlow Flow { get; init; }

    [Description("What one payment may be over in the asked currency; null when there is no limit.")]
    public required LimitsResource? Limits { get; init; }

    [Description("What 'capture' of a checkout may be.")]
    public required IReadOnlyList<CaptureMode> Capture { get; init; }

    [Description("Null when payments with this method cannot be refunded.")]
    public required RefundsResource? Refunds { get; init; }

    [Description("Fields of the checkout request that must be there, by their paths.")]
    public required IReadOnlyList<string> RequiredFields { get; init; }

    [Description("Business days until the money is paid out to the merchant.")]
    public required int SettlementDays { get; init; }

    [Description("The place in this list, from 1.")]
    public required int Rank { get; init; }

    public static PaymentMethodResource Of(PaymentMethod method, Currency currency, string? locale, int rank)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new PaymentMethodResource
        {
            Type = method.Name,
            Name = PaymentMethodRanking.DisplayName(method, locale),
            Flow = method.Traits.Flow,
            Limits = PaymentMethodRules.LimitIn(method, currency) is { } limit ? new LimitsResource(limit.Min, limit.Max) : null,
            Capture = method.CaptureModes,
            Refunds = method.Traits.Refunds is { } refunds ? new RefundsResource(refunds.Partial, XmlConvert.ToString(refunds.Window)) : null,
            RequiredFields = method.RequiredFields,
            SettlementDays = method.SettlementDays,
            Rank = rank,
        };
    }
}

/// <summary>The smallest and the largest amount of one payment, in minor units; null is no limit.</summary>
public sealed record LimitsResource(long? Min, long? Max);

/// <summary>What can be given back.</summary>
/// <param name="Partial">Whether less than all can be given back.</param>
/// <param name="Window">How long after the capture: an ISO 8601 duration such as P90D.</param>
public sealed record RefundsResource(bool Partial, string Window);

/// <summary>The payment methods that can be used, best first.</summary>
public sealed record PaymentMethodListResource(
    [property: Description("Always 'list'."), JsonPropertyName("object")] string Kind,
    IReadOnlyList<PaymentMethodResource> Data,
    bool HasMore,
    string Url);
