using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>One taxed amount: a line or the shipping. Minor units.</summary>
/// <param name="Amount">Without tax when it is exclusive, with it when inclusive.</param>
/// <param name="Tax">In or on top of it.</param>
internal sealed record TaxLine(long Amount, long Tax, bool Inclusive, TaxRate Rate, string Country, string? State)
{
    /// <summary>What the tax is taken of.</summary>
    public long Base => Inclusive ? Amount - Tax : Amount;

    /// <summary>What the customer pays for it.</summary>
    public long Total => Inclusive ? Amount : Amount + Tax;

    public string Percentage => Rate.Percentage.ToString("0.0##", CultureInfo.InvariantCulture);

    private long Taxable => Rate.Percentage == 0 ? 0 : Base;

    /// <summary>Taxes an amount; half a minor unit is rounded up.</summary>
    public static TaxLine Of(long amount, bool inclusive, TaxRate rate, string country, string? state)
    {
        var exact = inclusive ? amount * rate.Percentage / (100 + rate.Percentage) : amount * rate.Percentage / 100;
        return new TaxLine(amount, (long)Math.Round(exact, MidpointRounding.AwayFromZero), inclusive, rate, country, state);
    }

    /// <summary>The line's own <c>tax_breakdown</c>.</summary>
    public JsonArray Breakdown() => [new JsonObject
    {
        ["amount"] = Tax,
        ["jurisdiction"] = new JsonObject
        {
            ["country"] = Country,
            ["display_name"] = Rate.Place?.Name ?? Country,
            ["level"] = State is null ? "country" : "state",
            ["state"] = State,
        },
        ["sourcing"] = "destination",
        ["tax_rate_details"] = Rate.Place is null
            ? null
            : new JsonObject { ["display_name"] = Rate.Place.Display, ["percentage_decimal"] = Percentage, ["tax_type"] = Rate.Place.TaxType },
        ["taxability_reason"] = Rate.Reason,
        ["taxable_amount"] = Taxable,
    }];

    /// <summary>The calculation's <c>tax_breakdown</c>: the lines by rate, in their order.</summary>
    public static JsonArray Sum(IReadOnlyList<TaxLine> lines) => new([.. lines
        .GroupBy(line => (line.Percentage, line.Inclusive, line.Rate.Reason))
        .Select(group => (JsonNode)new JsonObject
        {
            ["amount"] = group.Sum(line => line.Tax),
            ["inclusive"] = group.Key.Inclusive,
            ["tax_rate_details"] = new JsonObject
            {
                ["country"] = group.First().Country,
                ["flat_amount"] = null,
                ["percentage_decimal"] = group.Key.Percentage,
                ["rate_type"] = group.First().Rate.Place is null ? null : "percentage",
                ["state"] = group.First().State,
                ["tax_type"] = group.First().Rate.Place?.TaxType,
            },
            ["taxability_reason"] = group.Key.Reason,
            ["taxable_amount"] = group.Sum(line => line.Taxable),
        })]);

    /// <summary>The line as the private part of its object keeps it: what is left to reverse.</summary>
    public static long TotalOf(JsonNode item) => item.Text("tax_behavior") == "inclusive" ? item.Long("amount") : item.Long("amount") + item.Long("amount_tax");
}
