using System.Text.Json;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Payments;

/// <summary>
/// Reads what the customer must do next. Every kind of it stands in an object of its own, named by <c>next_action.type</c>, with the same
/// few members under each; so the kinds need not be known one by one. Source: docs.stripe.com/api/payment_intents/object
/// (next_action).
/// </summary>
internal static class NextActionReader
{
    /// <summary>Where the customer is sent, the most direct first.</summary>
    private static readonly string[] Urls = ["url", "hosted_instructions_url", "hosted_voucher_url", "hosted_verification_url", "mobile_auth_url"];

    /// <summary>What is shown: the content of a code, or the number on a slip.</summary>
    private static readonly string[] Texts = ["data", "number", "reference"];

    private static readonly string[] Moments = ["expires_at", "expires_after"];

    /// <param name="intent">The payment.</param>
    /// <returns>Null when the customer has nothing to do.</returns>
    public static NextAction? Read(PaymentIntent intent)
    {
        if (intent.NextAction is not { } action)
        {
            return null;
        }

        var details = Details(intent, action.Type);
        var code = Child(details, "qr_code");
        return new NextAction(
            Flow(intent).ActionType(),
            Text(details, Urls),
            Text(details, Texts) ?? Text(code, Texts),
            Moment(details) ?? Moment(code));
    }

    /// <summary>The flow that we wrote into the metadata; a payment without it is by card, as all were before there were others.</summary>
    private static PaymentFlow Flow(PaymentIntent intent) =>
        PaymentFlowRules.TryParse(intent.Metadata?.GetValueOrDefault(MetadataKeys.Flow), out var flow) ? flow : PaymentFlow.Card;

    /// <summary>The object of this kind, as it came: Stripe.net has a member for each kind it knows, and there are more.</summary>
    private static JsonElement? Details(PaymentIntent intent, string? type) =>
        type is null ? null : Child(Child(intent.RawJsonElement, "next_action"), type);

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var child) ? child : null;

    private static string? Text(JsonElement? parent, string[] names) => names
        .Select(name => Child(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null)
        .FirstOrDefault(text => text is { Length: > 0 });

    private static DateTimeOffset? Moment(JsonElement? parent)
    {
        foreach (var name in Moments)
        {
            if (Child(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var seconds)
                && seconds > 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            {
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }

        return null;
    }
}
