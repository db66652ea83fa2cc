using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Balances;

/// <summary><c>/v1/balance</c> and <c>/v1/balance_transactions</c>.</summary>
internal static class BalanceEndpoints
{
    public const string Kind = "balance_transaction";

    public static JsonObject Retrieve(ApiCall call)
    {
        var available = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var pending = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var stored in call.Transaction.Objects.OfKind(Kind))
        {
            var value = stored.Read();
            var currency = value.Text("currency");
            var side = value.Long("available_on") <= call.Transaction.NowSeconds ? available : pending;
            side[currency] = side.GetValueOrDefault(currency) + value.Long("net");
            (side == available ? pending : available).TryAdd(currency, 0);
        }

        return new JsonObject
        {
            ["object"] = "balance",
            ["available"] = Amounts(available),
            ["livemode"] = false,
            ["pending"] = Amounts(pending),
            ["refund_and_dispute_prefunding"] = new JsonObject { ["available"] = new JsonArray(), ["pending"] = new JsonArray() },
        };
    }

    public static JsonObject RetrieveTransaction(ApiCall call)
    {
        var value = call.Transaction.Get(Kind, call.Id, "id");
        BalanceBook.Refresh(value, call.Transaction.NowSeconds);
        return value;
    }

    public static JsonObject ListTransactions(ApiCall call)
    {
        var currency = call.Arguments.Text("currency");
        // Payouts are not played here, so no transaction belongs to one.
        var payout = call.Arguments.Text("payout");
        var answer = ObjectList.Answer(
            call, Kind, ["source", "type"], value => payout is null && (currency is null || value.Text("currency") == currency));
        foreach (var value in answer["data"]!.AsArray().OfType<JsonObject>())
        {
            BalanceBook.Refresh(value, call.Transaction.NowSeconds);
        }

        return answer;
    }

    /// <summary>Net of all balance transactions, in minor units by currency.</summary>
    public static SortedDictionary<string, long> NetByCurrency(ObjectStore objects)
    {
        var net = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var stored in objects.OfKind(Kind))
        {
            var value = stored.Read();
            var currency = value.Text("currency");
            net[currency] = net.GetValueOrDefault(currency) + value.Long("net");
        }

        return net;
    }

    private static JsonArray Amounts(SortedDictionary<string, long> amounts) => new([.. amounts.Select(pair => (JsonNode)new JsonObject
    {
        ["amount"] = pair.Value,
        ["currency"] = pair.Key,
        ["source_types"] = new JsonObject { ["card"] = pair.Value },
    })]);
}
