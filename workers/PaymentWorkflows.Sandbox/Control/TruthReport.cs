using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>What really happened, whatever was answered or delivered.</summary>
internal static class TruthReport
{
    // Kinds that stand in the report as they are, under the name that the public interface gives them.
    private static readonly (string Member, string Kind)[] Plain =
    [
        ("refunds", "refund"), ("disputes", "dispute"), ("customers", "customer"), ("setup_intents", "setup_intent"),
        ("payment_methods", "payment_method"), ("balance_transactions", "balance_transaction"), ("tax_transactions", "tax.transaction"),
    ];

    /// <summary>Builds the report. The caller holds the state's gate.</summary>
    /// <param name="requestsSince">Only requests after this sequence number, or at or after this RFC 3339 time.</param>
    /// <exception cref="ControlException"><paramref name="requestsSince"/> is neither.</exception>
    public static JsonObject Build(SandboxState state, string? requestsSince)
    {
        var report = new JsonObject
        {
            ["now"] = Time.Rfc3339.Text(state.Clock.GetUtcNow()),
            ["payment_intents"] = Array(state, "payment_intent", intent => WithCharges(state, intent)),
        };
        foreach (var (member, kind) in Plain)
        {
            report[member] = Array(state, kind, value => value);
        }

        var balance = new JsonObject();
        foreach (var (currency, net) in BalanceEndpoints.NetByCurrency(state.Objects))
        {
            balance[currency] = net;
        }

        report["balance"] = balance;
        report["erp_documents"] = Erp.ErpPort.Documents(state);
        report["reservations"] = Merchant.Reservations.All(state);
        report["events"] = Events(state);
        report["requests"] = ControlBody.Write(Requests(state, requestsSince));
        return report;
    }

    private static JsonArray Array(SandboxState state, string kind, Func<JsonObject, JsonObject> shape) =>
        new([.. state.Objects.OfKind(kind).Select(stored => (JsonNode)shape(stored.Read().Shown()))]);

    private static JsonObject WithCharges(SandboxState state, JsonObject intent)
    {
        var charges = state.Objects.WithTerm("charge", "payment_intent", intent.Id()).Select(stored => stored.Read().Shown()).ToList();
        foreach (var charge in charges)
        {
            // Released authorizations count as refunded with the provider, although no money moved.
            charge["refunded"] = charge.Is("captured") ? charge.Long("amount_refunded") : 0L;
            charge["captured"] = charge.Long("amount_captured");
        }

        intent["charges"] = new JsonArray([.. charges]);
        return intent;
    }

    private static JsonObject Events(SandboxState state)
    {
        JsonArray Of(Func<Delivery, bool> which) => new([.. state.Deliveries.Values
            .Where(which)
            .OrderBy(delivery => delivery.Order)
            .Select(delivery => (JsonNode)new JsonObject
            {
                ["id"] = delivery.Event,
                ["type"] = state.Objects.Find(delivery.Event)?.Read().OptionalText("type"),
                ["stream"] = delivery.Stream,
                ["status"] = ControlBody.Write(delivery.Status),
                ["attempts"] = delivery.Attempts,
            })]);

        return new JsonObject
        {
            ["total"] = state.Objects.OfKind("event").Count,
            ["delivered"] = Of(delivery => delivery.Status == DeliveryStatus.Delivered),
            ["undelivered"] = Of(delivery => delivery.Status != DeliveryStatus.Delivered),
        };
    }

    private static IEnumerable<RequestRecord> Requests(SandboxState state, string? since)
    {
        if (since is null)
        {
            return state.Requests;
        }

        if (long.TryParse(since, CultureInfo.InvariantCulture, out var sequence))
        {
            return state.Requests.Where(request => request.Seq > sequence);
        }

        if (DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return state.Requests.Where(request => DateTimeOffset.Parse(request.At, CultureInfo.InvariantCulture) >= time);
        }

        throw new ControlException("requests_since must be a request's seq or an RFC 3339 time.", "requests_since");
    }
}
