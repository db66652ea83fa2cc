using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>
/// The look at the DBOS saga's money, which the product's books know nothing of: its provider's truth against its own ledger, order by order.
/// </summary>
internal static class DbosBooks
{
    private const int Told = 10;

    /// <summary>How many orders of a run are not charged once and booked once.</summary>
    /// <param name="saga">What bought them.</param>
    /// <param name="provider">The sandbox that it charged at.</param>
    /// <param name="prefix">What the names of this run's orders begin with.</param>
    public static async Task<int> ErrorsAsync(DbosSaga saga, SandboxOptions provider, string prefix, IProgress progress, CancellationToken cancellationToken)
    {
        using var sandbox = new SandboxClient(provider);
        var problems = Problems(
            saga.Bought, prefix, await sandbox.TruthAsync(cancellationToken).ConfigureAwait(false), await saga.BooksAsync(prefix, cancellationToken).ConfigureAwait(false));
        progress.Say(problems.Count == 0
            ? $"dbos: {saga.Bought.Count} orders, each charged once and booked once"
            : $"dbos: {problems.Count} of {saga.Bought.Count} orders are WRONG");
        foreach (var problem in problems.Take(Told))
        {
            progress.Say(problem);
        }

        return problems.Count;
    }

    /// <summary>A sentence on each order that is wrong: not charged once, given back, not booked once, out of balance, booked with another sum than the provider owes, or never bought.</summary>
    /// <param name="bought">The orders that were answered.</param>
    /// <param name="prefix">What the names of the orders begin with; the provider's others are not looked at.</param>
    /// <param name="truth">The sandbox's <c>/truth</c>.</param>
    /// <param name="books">What the program tells of its ledger.</param>
    public static IReadOnlyList<string> Problems(IReadOnlyCollection<string> bought, string prefix, JsonElement truth, JsonElement books)
    {
        var owed = truth.GetProperty("balance_transactions").EnumerateArray()
            .GroupBy(one => one.GetProperty("source").GetString() ?? "", one => Number(one, "net"), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(), StringComparer.Ordinal);
        var charges = truth.GetProperty("payment_intents").EnumerateArray()
            .Where(intent => Order(intent)?.StartsWith(prefix, StringComparison.Ordinal) == true)
            .SelectMany(intent => intent.GetProperty("charges").EnumerateArray(), (intent, charge) => (Order: Order(intent)!, Charge: charge))
            .Where(one => Number(one.Charge, "captured") > 0)
            .ToLookup(one => one.Order, one => one.Charge, StringComparer.Ordinal);
        var booked = books.GetProperty("orders").EnumerateArray().ToDictionary(one => one.GetProperty("order").GetString()!, StringComparer.Ordinal);
        var answered = bought.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. answered.Union(charges.Select(group => group.Key)).Union(booked.Keys).Order(StringComparer.Ordinal)
                .Select(order => !answered.Contains(order)
                    ? $"{order} was never answered, and is charged or booked"
                    : Problem(order, [.. charges[order]], booked.TryGetValue(order, out var entry) ? entry : null, owed))
                .OfType<string>(),
        ];
    }

    private static string? Problem(string order, IReadOnlyList<JsonElement> charges, JsonElement? booked, Dictionary<string, long> owed)
    {
        if (charges is not [var charge])
        {
            return $"{order} is charged {charges.Count} times";
        }

        if (booked is not { } entry)
        {
            return $"{order} is not booked";
        }

        var (entries, sum, clearing) = (Number(entry, "entries"), Number(entry, "sum"), Number(entry, "clearing"));
        var owes = owed.GetValueOrDefault(charge.GetProperty("id").GetString()!);
        return entries != 1 ? $"{order} is booked {entries} times"
            : sum != 0 ? $"the postings of {order} add up to {sum}"
            : clearing != owes ? $"{order} is booked as {clearing} owed by the provider, which owes {owes}"
            : Number(charge, "refunded") != 0 ? $"{order} was given back"
            : null;
    }

    private static string? Order(JsonElement intent) => intent.GetProperty("metadata").TryGetProperty("order", out var order) ? order.GetString() : null;

    private static long Number(JsonElement from, string name) => from.GetProperty(name).GetInt64();
}
