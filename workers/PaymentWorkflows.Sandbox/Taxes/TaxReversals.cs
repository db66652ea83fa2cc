using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>
/// <c>/v1/tax/transactions/create_reversal</c>. What is left of each part stands with the original, so that all reversals together never
/// take back more than was reported. Amounts of reversals are negative.
/// </summary>
internal static class TaxReversals
{
    private const string Shipping = "shipping_cost";

    public static JsonObject Create(ApiCall call)
    {
        var original = call.Transaction.Get(TaxTransactions.Kind, call.Arguments.Text("original_transaction")!, "original_transaction", inPath: false);
        if (original.Text("type") != "transaction")
        {
            throw StripeErrors.State($"{original.Id()} is a reversal itself and cannot be reversed.", param: "original_transaction");
        }

        TaxTransactions.CheckReference(call);
        var left = (JsonObject)original[StoredObject.PrivateMember]!["left"]!;
        var taken = call.Arguments.Text("mode") == "full" ? Full(call, left) : Partial(call, original, left);
        var lines = new JsonArray();
        JsonObject? shipping = null;
        foreach (var (part, amount, tax, reference) in taken)
        {
            Take(left[part]!.AsObject(), amount, tax, part);
            if (part == Shipping)
            {
                shipping = (JsonObject)original["shipping_cost"]!.DeepClone();
                shipping["amount"] = -amount;
                shipping["amount_tax"] = -tax;
                continue;
            }

            var source = TaxLineItems.Of(original).First(line => line!.Id() == part)!;
            lines.Add(Line((JsonObject)source, amount, tax, reference));
        }

        var reversal = TaxTransactions.Frame(call, original, "reversal", lines, shipping);
        reversal["reversal"] = new JsonObject { ["original_transaction"] = original.Id() };
        call.Transaction.Save(original);
        call.Transaction.Save(reversal);
        return reversal;
    }

    /// <summary>All that can be taken back of a new transaction, by line.</summary>
    public static JsonObject LeftOf(JsonArray lines, JsonObject? shipping)
    {
        var left = new JsonObject();
        foreach (var line in lines)
        {
            left[line!.Id()] = Left(line!);
        }

        if (shipping is not null)
        {
            left[Shipping] = Left(shipping);
        }

        return left;
    }

    private static JsonObject Left(JsonNode part) => new()
    {
        ["amount"] = part.Long("amount"),
        ["amount_tax"] = part.Long("amount_tax"),
        ["inclusive"] = part.Text("tax_behavior") == "inclusive",
        ["whole"] = TaxLine.TotalOf(part),
    };

    private static List<Part> Full(ApiCall call, JsonObject left)
    {
        foreach (var name in (string[])["line_items", "flat_amount", "shipping_cost"])
        {
            if (call.Arguments.Has(name))
            {
                throw StripeErrors.Parameter($"You cannot pass {name} when mode is full.", name);
            }
        }

        return left.Any(part => TotalLeft(part.Value!) != part.Value!.Long("whole"))
            ? throw StripeErrors.State("This transaction was reversed in part or in full already, so it cannot be fully reversed.", param: "mode")
            : [.. left.Select(part => new Part(part.Key, part.Value!.Long("amount"), part.Value!.Long("amount_tax"), null))];
    }

    private static List<Part> Partial(ApiCall call, JsonObject original, JsonObject left)
    {
        var flat = call.Arguments.Integer("flat_amount");
        var named = call.Arguments.Has("line_items") || call.Arguments.Has("shipping_cost");
        if (flat is null && !named)
        {
            throw StripeErrors.Parameter("A partial reversal needs line_items, shipping_cost or flat_amount.", "line_items", "parameter_missing");
        }

        if (flat is not null && named)
        {
            throw StripeErrors.Parameter("You cannot pass flat_amount together with line_items or shipping_cost.", "flat_amount");
        }

        return flat is { } amount ? Spread(amount, left) : Named(call, original);
    }

    /// <summary>Spreads an amount with tax over what is left, in proportion; the largest remainders take the last minor units.</summary>
    private static List<Part> Spread(long flat, JsonObject left)
    {
        var whole = left.Sum(part => TotalLeft(part.Value!));
        if (flat >= 0)
        {
            throw StripeErrors.Parameter("flat_amount must be negative.", "flat_amount", "parameter_invalid_integer");
        }

        if (-flat > whole)
        {
            throw TooMuch("flat_amount");
        }

        var shares = left.Select(part => (part.Key, Value: part.Value!.AsObject(), Exact: -flat * (decimal)TotalLeft(part.Value!) / whole)).ToList();
        var rest = -flat - shares.Sum(share => (long)decimal.Floor(share.Exact));
        var extra = shares.OrderByDescending(share => share.Exact - decimal.Floor(share.Exact)).Take((int)rest).Select(share => share.Key).ToHashSet(StringComparer.Ordinal);
        var parts = new List<Part>();
        foreach (var (name, value, exact) in shares)
        {
            var total = (long)decimal.Floor(exact) + (extra.Contains(name) ? 1 : 0);
            if (total == 0)
            {
                continue;
            }

            var tax = (long)Math.Round((decimal)total * value.Long("amount_tax") / TotalLeft(value), MidpointRounding.AwayFromZero);
            parts.Add(new Part(name, value.Is("inclusive") ? total : total - tax, tax, null));
        }

        return parts;
    }

    private static List<Part> Named(ApiCall call, JsonObject original)
    {
        var parts = new List<Part>();
        foreach (var (index, node) in call.Arguments.Root["line_items"]?.Children ?? [])
        {
            var id = node["original_line_item"]!.Text!;
            var param = $"line_items[{index}]";
            if (!TaxLineItems.Of(original).Any(line => line!.Id() == id))
            {
                throw StripeErrors.Missing("line item", id, $"{param}[original_line_item]", inPath: false);
            }

            parts.Add(new Part(id, Negative(node["amount"]!.Text!, $"{param}[amount]"), Negative(node["amount_tax"]!.Text!, $"{param}[amount_tax]"), node["reference"]!.Text));
        }

        if (call.Arguments.Integer(Shipping, "amount") is { } amount)
        {
            if (original["shipping_cost"] is null)
            {
                throw StripeErrors.Parameter("The original transaction has no shipping cost.", Shipping);
            }

            var tax = call.Arguments.Integer(Shipping, "amount_tax") ?? 0;
            parts.Add(new Part(Shipping, Negative(amount, $"{Shipping}[amount]"), Negative(tax, $"{Shipping}[amount_tax]"), null));
        }

        return parts;
    }

    private static long Negative(string text, string param) => Negative(long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), param);

    private static long Negative(long amount, string param) =>
        amount <= 0 ? -amount : throw StripeErrors.Parameter("Amounts of a reversal must be negative or zero.", param, "parameter_invalid_integer");

    private static void Take(JsonObject left, long amount, long tax, string part)
    {
        if (amount > left.Long("amount") || tax > left.Long("amount_tax"))
        {
            throw TooMuch(part == Shipping ? Shipping : "line_items");
        }

        left["amount"] = left.Long("amount") - amount;
        left["amount_tax"] = left.Long("amount_tax") - tax;
    }

    private static StripeException TooMuch(string param) =>
        StripeErrors.State("The amount to reverse is greater than what is left of the original transaction.", param: param);

    private static long TotalLeft(JsonNode left) => left.Is("inclusive") ? left.Long("amount") : left.Long("amount") + left.Long("amount_tax");

    private static JsonObject Line(JsonObject source, long amount, long tax, string? reference)
    {
        var line = (JsonObject)source.DeepClone();
        line["id"] = Identifiers.New("tax_li");
        line["amount"] = -amount;
        line["amount_tax"] = -tax;
        line["reference"] = reference ?? source.Text("reference");
        line["reversal"] = new JsonObject { ["original_line_item"] = source.Id() };
        line["type"] = "reversal";
        return line;
    }

    private sealed record Part(string Name, long Amount, long Tax, string? Reference);
}
