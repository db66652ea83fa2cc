using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>Where tax is collected and at which rates, from the embedded <c>tax.yaml</c> and <c>eu-vat-rates.json</c>.</summary>
internal sealed class TaxTable
{
    private readonly Dictionary<string, TaxPlace> places = new(StringComparer.Ordinal);
    private readonly JsonObject european;
    private readonly JsonObject data;

    private TaxTable()
    {
        using var yaml = new StreamReader(Open("tax.yaml"));
        data = YamlJson.Read(yaml);
        using var json = Open("eu-vat-rates.json");
        european = (JsonObject)JsonNode.Parse(json)!["items"]!;
        foreach (var (country, name) in data["union"]!.AsObject())
        {
            places[country] = new TaxPlace(country, name!.ToString(), "vat", "VAT", "eu_vat", []);
        }

        foreach (var (code, value) in data["places"]!.AsObject())
        {
            var row = value!;
            places[code] = new TaxPlace(
                code, row.Text("name"), row.Text("tax_type"), row.Text("display"), row.OptionalText("business"), [.. Texts(row["exempt"])]);
        }
    }

    /// <summary>The table that ships with the sandbox.</summary>
    public static TaxTable Default { get; } = new();

    public IEnumerable<string> Jurisdictions => places.Keys.Order(StringComparer.Ordinal);

    /// <summary>The country that the account sells from.</summary>
    public string Seller => data.Text("seller");

    /// <summary>The product tax codes by name, for the catalogue.</summary>
    public IEnumerable<(string Code, string Name, string Category)> Codes =>
        data["codes"]!.AsObject().Select(member => (member.Key, member.Value!.Text("name"), member.Value!.Text("category")));

    public bool Knows(string jurisdiction) => places.ContainsKey(jurisdiction);

    /// <summary>The place of an address; null where the account collects nothing.</summary>
    public TaxPlace? Find(string country, string? state) =>
        places.GetValueOrDefault(country) ?? (state is null ? null : places.GetValueOrDefault($"{country}-{state}"));

    /// <summary>Whether the provider can calculate no tax for a country at all.</summary>
    public bool IsUnsupported(string country) => Texts(data["unsupported"]).Contains(country);

    public string CategoryOf(string taxCode) => data["codes"]![taxCode]?.OptionalText("category") ?? "goods";

    /// <summary>The rate of a product at a place on a day.</summary>
    /// <param name="changed">Standard rates that were changed, by place.</param>
    public TaxRate RateOf(TaxPlace place, string? postalCode, string taxCode, DateTimeOffset date, IReadOnlyDictionary<string, string> changed)
    {
        var category = CategoryOf(taxCode);
        if (category == "nontaxable" || place.Exempt.Contains(category))
        {
            return new TaxRate(place, 0, "product_exempt");
        }

        var rates = RatesOf(place, postalCode, date);
        var name = data["categories"]![category]?[place.Code]?.ToString() ?? "standard";
        if (name == "zero")
        {
            return new TaxRate(place, 0, "zero_rated");
        }

        if (name != "standard" && rates.GetValueOrDefault(name) is { } reduced)
        {
            return new TaxRate(place, Decimal(reduced), "reduced_rated");
        }

        var percentage = Decimal(changed.GetValueOrDefault(place.Code) ?? rates["standard"]);
        return new TaxRate(place, percentage, percentage == 0 ? "not_subject_to_tax" : "standard_rated");
    }

    private Dictionary<string, string> RatesOf(TaxPlace place, string? postalCode, DateTimeOffset date)
    {
        if (european[place.Code] is not JsonArray periods)
        {
            return data["places"]![place.Code]!["rates"]!.AsObject().ToDictionary(member => member.Key, member => member.Value!.ToString(), StringComparer.Ordinal);
        }

        var day = date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var period = periods.First(row => string.CompareOrdinal(row!.Text("effective_from"), day) <= 0)!;
        var rates = period["rates"]!.AsObject().ToDictionary(member => member.Key, member => member.Value!.ToJsonString(), StringComparer.Ordinal);
        var exception = postalCode is null
            ? null
            : (period["exceptions"] as JsonArray ?? []).FirstOrDefault(row => Regex.IsMatch(postalCode, $"^{row!.Text("postcode")}$", RegexOptions.CultureInvariant));
        if (exception?["standard"] is { } standard)
        {
            rates["standard"] = standard.ToJsonString();
        }

        return rates;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => (node as JsonArray ?? []).Select(item => item!.ToString());

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static Stream Open(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"the embedded resource {name} is missing");
}
