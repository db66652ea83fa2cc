using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary><c>/v1/tax/transactions</c>: what is reported to the authorities.</summary>
internal static class TaxTransactions
{
    public const string Kind = "tax.transaction";
    private const int MaximumReference = 500;

    public static JsonObject CreateFromCalculation(ApiCall call)
    {
        var calculation = TaxCalculations.Living(call, call.Arguments.Text("calculation")!, inPath: false);
        CheckReference(call);
        var posted = call.Arguments.Integer("posted_at") ?? call.Transaction.NowSeconds;
        if (posted > call.Transaction.NowSeconds || posted < Math.Min(calculation.Long("tax_date"), call.Transaction.NowSeconds))
        {
            throw StripeErrors.Parameter("posted_at must be between the calculation's tax_date and now.", "posted_at");
        }

        var lines = new JsonArray([.. TaxLineItems.Of(calculation).Select(line => (JsonNode)Line((JsonObject)line!))]);
        var shipping = (JsonObject?)calculation["shipping_cost"]?.DeepClone();
        shipping?.Remove("tax_breakdown");
        var made = Frame(call, calculation, "transaction", lines, shipping);
        made["posted_at"] = posted;
        made.Hidden()["left"] = TaxReversals.LeftOf(lines, shipping);
        call.Transaction.Save(made);
        return made;
    }

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "transaction");

    public static JsonObject ListLines(ApiCall call) => TaxLineItems.Page(call, Retrieve(call));

    /// <summary>A transaction without what is left of it.</summary>
    /// <param name="source">Whose currency, customer and dates it has: the calculation, or the transaction that is reversed.</param>
    public static JsonObject Frame(ApiCall call, JsonObject source, string type, JsonArray lines, JsonObject? shipping)
    {
        var made = new JsonObject
        {
            ["id"] = Identifiers.New("tax"),
            ["object"] = Kind,
            ["created"] = call.Transaction.NowSeconds,
            ["currency"] = source.Text("currency"),
            ["customer"] = source["customer"]?.DeepClone(),
            ["customer_details"] = source["customer_details"]!.DeepClone(),
            ["line_items"] = null,
            ["livemode"] = false,
            ["metadata"] = call.Arguments.MergeMetadata(null),
            ["posted_at"] = call.Transaction.NowSeconds,
            ["reference"] = call.Arguments.Text("reference"),
            ["reversal"] = null,
            ["ship_from_details"] = source["ship_from_details"]?.DeepClone(),
            ["shipping_cost"] = shipping,
            ["tax_date"] = source.Long("tax_date"),
            ["type"] = type,
            [StoredObject.PrivateMember] = new JsonObject { ["lines"] = lines },
        };
        made["line_items"] = TaxLineItems.First(made, lines);
        return made;
    }

    /// <summary>A reference names one transaction or reversal for good.</summary>
    /// <exception cref="StripeException">400 <c>resource_already_exists</c>.</exception>
    public static void CheckReference(ApiCall call)
    {
        var reference = call.Arguments.Text("reference")!;
        if (reference.Length > MaximumReference)
        {
            throw StripeErrors.Parameter($"Invalid string: reference must be at most {MaximumReference} characters", "reference");
        }

        if (call.Transaction.Objects.WithTerm(Kind, "reference", reference).FirstOrDefault() is { } taken)
        {
            throw StripeErrors.State(
                $"A tax transaction with the reference '{reference}' already exists: {taken.Id}. References must be unique across all transactions, including reversals.",
                "resource_already_exists",
                "reference");
        }
    }

    private static JsonObject Line(JsonObject calculated)
    {
        var line = (JsonObject)calculated.DeepClone();
        line.Remove("tax_breakdown");
        line["id"] = Identifiers.New("tax_li");
        line["object"] = "tax.transaction_line_item";
        line["reversal"] = null;
        line["type"] = "transaction";
        return line;
    }
}
