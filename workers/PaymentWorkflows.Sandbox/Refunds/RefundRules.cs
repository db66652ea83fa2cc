using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary>Whether and how much of a charge can be given back.</summary>
internal static class RefundRules
{
    /// <summary>Minor units that are left to refund.</summary>
    public static long Left(JsonObject charge) => charge.Long("amount_captured") - charge.Long("amount_refunded");

    /// <exception cref="StripeException">400 with the reason.</exception>
    public static void CheckRefundable(Transaction transaction, JsonObject charge)
    {
        if (!charge.Is("captured") || !charge.Is("paid"))
        {
            throw StripeErrors.State($"Charge {charge.Id()} has not been captured, so there is nothing to refund.", "charge_not_refundable");
        }

        if (charge.Is("disputed"))
        {
            throw StripeErrors.State($"Charge {charge.Id()} has been charged back; cannot issue a refund.", "charge_disputed");
        }

        if (Left(charge) <= 0)
        {
            throw StripeErrors.State($"Charge {charge.Id()} has already been refunded.", "charge_already_refunded");
        }

        if (transaction.Methods.Find(charge["payment_method_details"]!.Text("type")) is not { } traits)
        {
            return;
        }

        if (traits.Refunds is not { } refunds)
        {
            throw StripeErrors.State($"Charge {charge.Id()} cannot be refunded: {traits.Type} payments have no refunds.", "charge_not_refundable");
        }

        if (transaction.Now > DateTimeOffset.FromUnixTimeSeconds(charge.Long("created")) + refunds.Window)
        {
            throw StripeErrors.State(
                $"Charge {charge.Id()} is too old to be refunded: {traits.Type} payments can be refunded for {refunds.Window.Days} days.", "charge_not_refundable");
        }
    }

    /// <exception cref="StripeException">400 for an amount that is too high, not allowed, or no amount of its currency.</exception>
    public static void CheckAmount(Transaction transaction, JsonObject charge, long amount, long available)
    {
        var currency = charge.Text("currency");
        AmountRules.CheckPositive(amount, "amount");
        AmountRules.CheckDigits(amount, currency, "amount");
        if (amount > available)
        {
            throw StripeErrors.State(
                $"Refund amount ({Words(amount, currency)}) is greater than unrefunded amount on charge ({Words(available, currency)})", param: "amount");
        }

        var traits = transaction.Methods.Find(charge["payment_method_details"]!.Text("type"));
        if (traits?.Refunds is { Partial: false } && amount < charge.Long("amount_captured"))
        {
            throw StripeErrors.State($"Payments made with {traits.Type} can only be refunded in full.", "charge_not_refundable", "amount");
        }
    }

    private static string Words(long minor, string code)
    {
        var digits = Currency.TryParse(code, null, out var currency) ? currency.MinorDigits : 2;
        var text = (minor / (decimal)Math.Pow(10, digits)).ToString($"N{digits}", CultureInfo.InvariantCulture);
        return code switch
        {
            "usd" => "$" + text,
            "eur" => "€" + text,
            "gbp" => "£" + text,
            _ => $"{text} {code.ToUpperInvariant()}",
        };
    }
}
