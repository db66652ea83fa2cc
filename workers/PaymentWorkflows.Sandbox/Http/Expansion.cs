using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Taxes;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>Replaces ids by the objects they name, as <c>expand[]</c> asks.</summary>
internal static class Expansion
{
    private const int MaximumDepth = 4;

    // Which members may be expanded and what kind of object their id names; a null kind is one the sandbox never makes.
    private static readonly Dictionary<string, Dictionary<string, string?>> Expandable = new(StringComparer.Ordinal)
    {
        ["payment_intent"] = Members("customer=customer", "latest_charge=charge", "payment_method=payment_method", "application", "on_behalf_of", "review"),
        ["setup_intent"] = Members("customer=customer", "payment_method=payment_method", "latest_attempt", "mandate", "application", "on_behalf_of", "single_use_mandate"),
        ["charge"] = Members(
            "balance_transaction=balance_transaction", "customer=customer", "payment_intent=payment_intent",
            "failure_balance_transaction=balance_transaction", "application", "application_fee", "on_behalf_of", "review", "source_transfer", "transfer", "refunds"),
        ["refund"] = Members(
            "balance_transaction=balance_transaction", "charge=charge", "payment_intent=payment_intent", "customer=customer", "payment_method=payment_method",
            "failure_balance_transaction=balance_transaction", "source_transfer_reversal", "transfer_reversal"),
        ["dispute"] = Members("charge=charge", "payment_intent=payment_intent"),
        ["payment_method"] = Members("customer=customer"),
        ["customer"] = Members("default_source", "test_clock"),
        ["balance_transaction"] = Members("source=*"),
        ["mandate"] = Members("payment_method=payment_method"),
        ["tax.calculation"] = Members("line_items"),
        ["tax.calculation_line_item"] = Members("tax_breakdown"),
        ["tax.transaction"] = Members("line_items"),
    };

    /// <summary>Expands one answer in place.</summary>
    /// <exception cref="StripeException">400 for a path that cannot be followed.</exception>
    public static void Apply(Transaction transaction, JsonObject answer, IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            if (path == "total_count" && answer.OptionalText("object") == "search_result")
            {
                continue;
            }

            var steps = path.Split('.');
            if (steps.Length > MaximumDepth)
            {
                throw StripeErrors.Parameter($"You cannot expand more than {MaximumDepth} levels of a property, but you passed ({path}).", "expand");
            }

            Follow(transaction, answer, steps, 0, path);
        }
    }

    private static Dictionary<string, string?> Members(params string[] pairs) =>
        pairs.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : null, StringComparer.Ordinal);

    private static void Follow(Transaction transaction, JsonObject value, string[] steps, int at, string path)
    {
        if (at == steps.Length)
        {
            return;
        }

        var step = steps[at];
        var kind = value.OptionalText("object");
        if (kind is "list" or "search_result" && step == "data")
        {
            foreach (var item in value["data"]!.AsArray().OfType<JsonObject>())
            {
                Follow(transaction, item, steps, at + 1, path);
            }

            return;
        }

        if (kind is not null && Expandable.TryGetValue(kind, out var members) && members.TryGetValue(step, out var target))
        {
            if (Replace(transaction, value, step, target) is { } inner)
            {
                Follow(transaction, inner, steps, at + 1, path);
            }

            return;
        }

        if (value[step] is JsonObject nested && at + 1 < steps.Length)
        {
            Follow(transaction, nested, steps, at + 1, path);
            return;
        }

        throw StripeErrors.Parameter(
            value.ContainsKey(step) ? $"This property cannot be expanded ({path})." : $"This property cannot be expanded because it doesn't exist: {path}.",
            "expand");
    }

    private static JsonObject? Replace(Transaction transaction, JsonObject value, string step, string? target)
    {
        if (step == "line_items")
        {
            return value[step] as JsonObject ?? Put(value, step, TaxLineItems.First(value, TaxLineItems.Of(transaction.Get(value.Text("object"), value.Id()))));
        }

        if (value[step] is JsonArray)
        {
            // The breakdown of a line stands in every answer.
            return null;
        }

        if (step == "refunds")
        {
            var id = value.Id();
            var refunds = transaction.Objects.WithTerm("refund", "charge", id).Reverse().Select(stored => stored.Read().Shown()).ToList();
            return Put(value, step, ObjectList.Envelope($"/v1/charges/{id}/refunds", refunds.Take(10), refunds.Count > 10));
        }

        if (value[step] is JsonObject already)
        {
            return already;
        }

        if (target is null || (string?)value[step] is not { } reference || transaction.Find(reference) is not { } found)
        {
            return null;
        }

        var loaded = found.Shown();
        if (loaded.OptionalText("object") == "balance_transaction")
        {
            BalanceBook.Refresh(loaded, transaction.NowSeconds);
        }

        return Put(value, step, loaded);
    }

    private static JsonObject Put(JsonObject value, string step, JsonObject loaded)
    {
        value[step] = loaded;
        return loaded;
    }
}
