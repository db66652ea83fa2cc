using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>Declines as the <c>error</c> object of a 402 and as <c>last_payment_error</c>.</summary>
internal static class CardErrors
{
    /// <summary>A 402 without an intent: a card that cannot be stored or attached.</summary>
    public static StripeException Refused(Decline decline, string? param = null)
    {
        var body = Body(decline);
        if (param is not null)
        {
            body["param"] = param;
        }

        return new StripeException(402, body, saved: true);
    }

    public static JsonObject Body(Decline decline, string? charge = null, JsonObject? paymentMethod = null)
    {
        var body = StripeErrors.Body("card_error", decline.Message, decline.Code, null);
        Set(body, "advice_code", decline.IsBlocked ? null : decline.Advice);
        Set(body, "charge", charge);
        Set(body, "decline_code", decline.DeclineCode);
        Set(body, "network_decline_code", decline.IsBlocked ? null : decline.NetworkCode);
        if (paymentMethod is not null)
        {
            var shown = (JsonObject)paymentMethod.DeepClone();
            shown.Remove(StoredObject.PrivateMember);
            body["payment_method"] = shown;
        }

        return body;
    }

    private static void Set(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
