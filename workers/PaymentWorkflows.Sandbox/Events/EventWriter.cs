using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Events;

/// <summary>Writes snapshot events and puts them in line for delivery.</summary>
internal static class EventWriter
{
    /// <summary>The version that every event carries and that the sandbox speaks.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    public static void Write(Transaction transaction, string type, JsonObject value, JsonObject? previous)
    {
        var snapshot = (JsonObject)value.DeepClone();
        snapshot.Remove(StoredObject.PrivateMember);
        var data = new JsonObject { ["object"] = snapshot };
        if (previous is { Count: > 0 })
        {
            data["previous_attributes"] = previous;
        }

        var id = Identifiers.New("evt");
        transaction.Save(new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = ApiVersion,
            ["created"] = transaction.NowSeconds,
            ["data"] = data,
            ["livemode"] = false,
            ["pending_webhooks"] = transaction.Delivers(type) ? 1 : 0,
            ["request"] = new JsonObject { ["id"] = transaction.RequestId, ["idempotency_key"] = transaction.IdempotencyKey },
            ["type"] = type,
        });
        if (transaction.Delivers(type))
        {
            transaction.Deliver(id, StreamOf(value));
        }
    }

    private static string StreamOf(JsonObject value) =>
        (string?)value["payment_intent"] ?? (string?)value["charge"] ?? (string)value["id"]!;
}
