using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentWorkflows.Sandbox.Customers;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>Who buys, and where.</summary>
/// <param name="Details">The answer's <c>customer_details</c>.</param>
/// <param name="State">As it was given, or as a postal code of the US tells it.</param>
/// <param name="Place">Where tax is due; null where the account collects nothing.</param>
internal sealed partial record TaxCustomer(JsonObject Details, string Country, string? State, string? PostalCode, TaxPlace? Place)
{
    private static readonly string[] AddressFields = ["city", "country", "line1", "line2", "postal_code", "state"];

    public string Override => Details.Text("taxability_override");

    /// <summary>Whether a business abroad owes the tax itself.</summary>
    public bool OwesItself =>
        Override == "reverse_charge"
        || (Place?.Business is { } type && Country != TaxTable.Default.Seller && Details["tax_ids"]!.AsArray().Any(id => id!.Text("type") == type));

    /// <summary>Reads <c>customer_details</c> or the customer's own address.</summary>
    /// <exception cref="StripeException">400 when there is no address, or one by which the place can't be told.</exception>
    public static TaxCustomer From(ApiCall call)
    {
        var given = call.Arguments.Hash("customer_details");
        var address = given?["address"] as JsonObject;
        var source = given?.OptionalText("address_source") ?? "billing";
        if (call.Arguments.Text("customer") is { } id)
        {
            var customer = call.Transaction.Get(CustomerEndpoints.Kind, id, "customer", inPath: false);
            address ??= customer["address"] as JsonObject;
        }

        if (address is null && given?.OptionalText("ip_address") is not null)
        {
            throw Unlocated("The sandbox can't tell a place by an IP address; send customer_details[address].", "customer_details[ip_address]");
        }

        if (address is null)
        {
            throw StripeErrors.MissingParameter("customer_details[address]");
        }

        var country = (address.OptionalText("country") ?? string.Empty).ToUpperInvariant();
        var state = address.OptionalText("state")?.ToUpperInvariant();
        var postal = address.OptionalText("postal_code");
        if (country == "US" && string.IsNullOrEmpty(state))
        {
            state = postal is null ? null : PostalStates.Of(postal);
        }

        if (!CountryCode().IsMatch(country))
        {
            throw Unlocated("We could not determine the customer's tax location based on the provided customer address.", "customer_details[address][country]");
        }

        if (country == "US" && state is null)
        {
            throw Unlocated("We could not determine the customer's tax location: an address in the US needs a state or a postal code.", "customer_details[address][state]");
        }

        var details = new JsonObject
        {
            ["address"] = new JsonObject(AddressFields.Select(field => KeyValuePair.Create(field, field == "country" ? country : address[field]?.DeepClone()))),
            ["address_source"] = source,
            ["ip_address"] = given?["ip_address"]?.DeepClone(),
            ["tax_ids"] = TaxIds(given),
            ["taxability_override"] = given?.OptionalText("taxability_override") ?? "none",
        };
        return new TaxCustomer(details, country, state, postal, TaxTable.Default.Find(country, state));
    }

    private static JsonArray TaxIds(JsonObject? given)
    {
        var ids = given?["tax_ids"] as JsonArray ?? [];
        for (var index = 0; index < ids.Count; index++)
        {
            var (type, value) = (ids[index]!.Text("type"), ids[index]!.OptionalText("value") ?? string.Empty);
            if (type == "eu_vat" && !EuropeanVat().IsMatch(value))
            {
                throw StripeErrors.Parameter($"Invalid value for {type}.", $"customer_details[tax_ids][{index}][value]", "tax_id_invalid");
            }
        }

        return (JsonArray)ids.DeepClone();
    }

    private static StripeException Unlocated(string message, string param) => StripeErrors.State(message, "customer_tax_location_invalid", param);

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex CountryCode();

    [GeneratedRegex("^[A-Z]{2}[0-9A-Z+*]{2,12}$")]
    private static partial Regex EuropeanVat();
}
