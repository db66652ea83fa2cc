using System.Text.Json;

namespace PaymentWorkflows.Cli.Clients;

/// <summary>Money that the provider took and gave back, in minor units.</summary>
internal sealed record ProviderMoney(long Captured, long Refunded);

/// <summary>What the provider really did for one transaction, as the sandbox's <c>/truth</c> tells it.</summary>
/// <param name="Charges">How many charges took money.</param>
/// <param name="Money">How much they took, and how much went back.</param>
internal sealed record ProviderTruth(int Charges, ProviderMoney Money)
{
    public static ProviderTruth Of(JsonElement truth, string transaction) => Of(truth, metadata => Is(metadata, "transaction_id", transaction));

    /// <summary>The same for all attempts at an order, whoever asked for them.</summary>
    public static ProviderTruth OfOrder(JsonElement truth, string merchant, string order) =>
        Of(truth, metadata => Is(metadata, "merchant", merchant) && Is(metadata, "order", order));

    private static bool Is(JsonElement metadata, string name, string value) => metadata.TryGetProperty(name, out var one) && one.GetString() == value;

    private static ProviderTruth Of(JsonElement truth, Func<JsonElement, bool> which)
    {
        var charges = truth.GetProperty("payment_intents").EnumerateArray()
            .Where(intent => which(intent.GetProperty("metadata")))
            .SelectMany(intent => intent.GetProperty("charges").EnumerateArray())
            .Where(charge => Number(charge, "captured") > 0)
            .ToList();
        return new ProviderTruth(charges.Count, new ProviderMoney(charges.Sum(charge => Number(charge, "captured")), charges.Sum(charge => Number(charge, "refunded"))));
    }

    /// <summary>The requests that the provider got, with their ids as <c>*</c>, each once.</summary>
    public static IReadOnlyList<(string Method, string Path)> Requests(JsonElement truth, int after) =>
    [
        .. truth.GetProperty("requests").EnumerateArray().Skip(after)
            .Select(request => (request.GetProperty("method").GetString()!, Pattern(request.GetProperty("path").GetString()!))).Distinct(),
    ];

    public static int CountRequests(JsonElement truth) => truth.GetProperty("requests").GetArrayLength();

    private static string Pattern(string path) => string.Join('/', path.Split('/').Select(part => part.Contains('_', StringComparison.Ordinal) && part.Any(char.IsAsciiDigit) ? "*" : part));

    private static long Number(JsonElement from, string name) => from.GetProperty(name).GetInt64();
}
