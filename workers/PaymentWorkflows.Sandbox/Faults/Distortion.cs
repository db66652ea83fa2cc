using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>The faults that execute something other than what was asked, or answer other than what was executed.</summary>
internal static class Distortion
{
    /// <summary>The parameters to execute: a copy with another amount or currency where the request carries one.</summary>
    public static FormNode Before(FaultRule fault, FormNode form)
    {
        switch (fault.Kind)
        {
            case FaultKind.WrongAmount when form["amount"]?.Text is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var amount):
                return With(form, "amount", (amount + 1).ToString(CultureInfo.InvariantCulture));
            case FaultKind.WrongCurrency when form["currency"]?.Text is { } currency:
                return With(form, "currency", Other(currency));
            default:
                return form;
        }
    }

    /// <summary>Changes the executed object where the request carried nothing to change.</summary>
    public static void After(FaultRule fault, Transaction transaction, JsonObject value, FormNode asked)
    {
        if (fault.Kind == FaultKind.WrongAmount && asked["amount"] is null && value["amount"] is not null)
        {
            value["amount"] = value.Long("amount") + 1;
            if (value["amount_received"] is not null && value.Long("amount_received") > 0)
            {
                value["amount_received"] = value.Long("amount_received") + 1;
            }

            transaction.Save(value);
        }

        if (fault.Kind == FaultKind.WrongCurrency && asked["currency"] is null && value.OptionalText("currency") is { } currency)
        {
            value["currency"] = Other(currency);
            transaction.Save(value);
        }
    }

    /// <summary>The answer with a status that is not the object's.</summary>
    public static JsonObject State(JsonObject shown)
    {
        if (shown.ContainsKey("status"))
        {
            shown["status"] = "canceled";
        }

        return shown;
    }

    private static string Other(string currency) => currency == "usd" ? "eur" : "usd";

    private static FormNode With(FormNode form, string name, string text)
    {
        var copy = new FormNode();
        foreach (var child in form.Children)
        {
            copy.Take(child.Key, child.Value);
        }

        copy.Replace(name, text);
        return copy;
    }
}
