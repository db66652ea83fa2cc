using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary><c>/v1/tax/calculations</c>.</summary>
internal static partial class TaxCalculations
{
    public const string Kind = "tax.calculation";

    /// <summary>How long a calculation can be committed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    private const string DefaultCode = "txcd_99999999";
    private const string ShippingCode = "txcd_92010001";
    private const int MaximumLines = 100;

    public static JsonObject Create(ApiCall call)
    {
        var currency = AmountRules.CheckCurrency(call.Arguments.Text("currency")!);
        var date = DateOf(call);
        var customer = TaxCustomer.From(call);
        var taxed = new List<TaxLine>();
        var items = Lines(call, customer, date, taxed);
        var shipping = Shipping(call, customer, date, taxed);
        var calculation = new JsonObject
        {
            ["id"] = Identifiers.New("taxcalc"),
            ["object"] = Kind,
            ["amount_total"] = taxed.Sum(line => line.Total),
            ["currency"] = currency,
            ["customer"] = call.Arguments.Text("customer"),
            ["customer_details"] = customer.Details,
            ["expires_at"] = (call.Transaction.TaxExpiry ?? (call.Transaction.Now + Lifetime)).ToUnixTimeSeconds(),
            ["livemode"] = false,
            ["ship_from_details"] = ShipFrom(call),
            ["shipping_cost"] = shipping,
            ["tax_amount_exclusive"] = taxed.Where(line => !line.Inclusive).Sum(line => line.Tax),
            ["tax_amount_inclusive"] = taxed.Where(line => line.Inclusive).Sum(line => line.Tax),
            ["tax_breakdown"] = TaxLine.Sum(taxed),
            ["tax_date"] = date.ToUnixTimeSeconds(),
            [StoredObject.PrivateMember] = new JsonObject { ["lines"] = items },
        };
        call.Transaction.Save(calculation);
        return calculation;
    }

    public static JsonObject Retrieve(ApiCall call) => Living(call, call.Id, inPath: true);

    public static JsonObject ListLines(ApiCall call) => TaxLineItems.Page(call, Living(call, call.Id, inPath: true));

    /// <summary>A calculation that has not expired.</summary>
    /// <exception cref="StripeException">404 or 400 <c>resource_missing</c>.</exception>
    public static JsonObject Living(ApiCall call, string id, bool inPath)
    {
        var calculation = call.Transaction.Get(Kind, id, "calculation", inPath);
        return calculation.Long("expires_at") > call.Transaction.NowSeconds
            ? calculation
            : throw new StripeException(
                inPath ? 404 : 400, StripeErrors.Body("invalid_request_error", $"No such tax calculation: '{id}'; it has expired.", "resource_missing", "calculation"), saved: true);
    }

    private static JsonArray Lines(ApiCall call, TaxCustomer customer, DateTimeOffset date, List<TaxLine> taxed)
    {
        var given = call.Arguments.Root["line_items"]!;
        if (given.Children.Count is 0 or > MaximumLines)
        {
            throw StripeErrors.Parameter($"line_items must have from 1 to {MaximumLines} items; you passed {given.Children.Count}.", "line_items");
        }

        var items = new JsonArray();
        var references = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, node) in given.Children)
        {
            var param = $"line_items[{index}]";
            var amount = long.Parse(node["amount"]!.Text!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            CheckAmount(amount, $"{param}[amount]");
            var code = CheckCode(node["tax_code"]?.Text, $"{param}[tax_code]", DefaultCode);
            var line = Tax(call, customer, date, amount, node["tax_behavior"]?.Text, code);
            var id = Identifiers.New("tax_li");
            var reference = node["reference"]?.Text is { Length: > 0 } named ? named : $"L{items.Count + 1}";
            if (!references.Add(reference))
            {
                throw StripeErrors.Parameter($"The reference '{reference}' is used by more than one line item; references must be unique within a calculation.", $"{param}[reference]");
            }

            taxed.Add(line);
            items.Add(new JsonObject
            {
                ["id"] = id,
                ["object"] = "tax.calculation_line_item",
                ["amount"] = amount,
                ["amount_tax"] = line.Tax,
                ["livemode"] = false,
                ["metadata"] = node["metadata"] is { IsLeaf: false } metadata ? new JsonObject(metadata.Children.Select(child => KeyValuePair.Create(child.Key, (JsonNode?)child.Value.Text))) : null,
                ["product"] = node["product"]?.Text,
                ["quantity"] = node["quantity"]?.Text is { Length: > 0 } quantity ? long.Parse(quantity, CultureInfo.InvariantCulture) : 1L,
                ["reference"] = reference,
                ["tax_behavior"] = line.Inclusive ? "inclusive" : "exclusive",
                ["tax_breakdown"] = line.Breakdown(),
                ["tax_code"] = code,
            });
        }

        return items;
    }

    private static JsonObject? Shipping(ApiCall call, TaxCustomer customer, DateTimeOffset date, List<TaxLine> taxed)
    {
        if (call.Arguments.Integer("shipping_cost", "amount") is not { } amount)
        {
            return null;
        }

        CheckAmount(amount, "shipping_cost[amount]");
        var code = CheckCode(call.Arguments.Text("shipping_cost", "tax_code"), "shipping_cost[tax_code]", ShippingCode);
        var line = Tax(call, customer, date, amount, call.Arguments.Text("shipping_cost", "tax_behavior"), code);
        taxed.Add(line);
        return new JsonObject
        {
            ["amount"] = amount,
            ["amount_tax"] = line.Tax,
            ["tax_behavior"] = line.Inclusive ? "inclusive" : "exclusive",
            ["tax_breakdown"] = line.Breakdown(),
            ["tax_code"] = code,
        };
    }

    private static TaxLine Tax(ApiCall call, TaxCustomer customer, DateTimeOffset date, long amount, string? behavior, string code)
    {
        TaxRate rate;
        if (customer.Place is not { } place)
        {
            rate = new TaxRate(null, 0, TaxTable.Default.IsUnsupported(customer.Country) ? "not_supported" : "not_collecting");
        }
        else if (customer.Override == "customer_exempt")
        {
            rate = new TaxRate(place, 0, "customer_exempt");
        }
        else if (customer.OwesItself)
        {
            rate = new TaxRate(place, 0, "reverse_charge");
        }
        else
        {
            rate = TaxTable.Default.RateOf(place, customer.PostalCode, code, date, call.Transaction.TaxRates);
        }

        return TaxLine.Of(amount, behavior == "inclusive", rate, customer.Country, customer.State);
    }

    private static DateTimeOffset DateOf(ApiCall call)
    {
        if (call.Arguments.Integer("tax_date") is not { } seconds)
        {
            return call.Transaction.Now;
        }

        var date = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return (date - call.Transaction.Now).Duration() <= TimeSpan.FromDays(31)
            ? date
            : throw StripeErrors.Parameter("tax_date must be within 31 days in the past or in the future.", "tax_date");
    }

    private static JsonObject? ShipFrom(ApiCall call) => call.Arguments.Hash("ship_from_details", "address") is not { } address
        ? null
        : new JsonObject
        {
            ["address"] = new JsonObject(
                ((string[])["city", "country", "line1", "line2", "postal_code", "state"]).Select(field => KeyValuePair.Create(field, address[field]?.DeepClone()))),
        };

    private static void CheckAmount(long amount, string param)
    {
        if (amount < 0)
        {
            throw StripeErrors.Parameter("This value must be greater than or equal to 0.", param, "parameter_invalid_integer");
        }
    }

    private static string CheckCode(string? code, string param, string otherwise) => code switch
    {
        null or "" => otherwise,
        _ when Code().IsMatch(code) => code,
        _ => throw StripeErrors.Parameter($"No such tax code: '{code}'", param, "resource_missing"),
    };

    [GeneratedRegex("^txcd_[0-9]{8}$")]
    private static partial Regex Code();
}
