using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Merchant;

/// <summary>
/// The merchant's goods that are set aside. A reservation is known by the caller's id: asked again it gets the same answer. One that was
/// let go stays so, also for a request that was late on its way.
/// </summary>
internal static class Reservations
{
    private const string Kind = "merchant_reservation";

    /// <summary>Every reservation, oldest first. The caller holds the state's gate.</summary>
    public static JsonArray All(SandboxState state) => new([.. state.Objects.OfKind(Kind).Select(stored => (JsonNode)Shown(stored.Read()))]);

    /// <summary>A no as the merchant writes it.</summary>
    public static JsonObject No(string status, string code, string message) => new() { ["status"] = status, ["code"] = code, ["message"] = message };

    public static PlayedAnswer Handle(SandboxState state, JsonObject request)
    {
        if (request.OptionalText("id") is not { Length: > 0 } id || request["lines"] is not JsonArray)
        {
            return new PlayedAnswer(400, PlayedService.Error("invalid_reservation", "'id' or 'lines' is missing."));
        }

        return request.OptionalText("action") switch
        {
            "reserve" => new PlayedAnswer(200, Reserve(state, id, request)),
            "release" => new PlayedAnswer(200, Release(state, id, request)),
            _ => new PlayedAnswer(400, PlayedService.Error("invalid_reservation", "'action' must be reserve or release.")),
        };
    }

    private static JsonObject Reserve(SandboxState state, string id, JsonObject request)
    {
        if (Find(state, id) is { } known)
        {
            return Answer(known);
        }

        var wanted = Wanted(request);
        var missing = wanted.FirstOrDefault(line => state.Stock.TryGetValue(line.Key, out var left) && left < line.Value);
        if (missing.Key is not null)
        {
            return Answer(Save(state, id, "rejected", request, $"Of '{missing.Key}' only {Text(state.Stock[missing.Key])} are left."));
        }

        Move(state, wanted, -1);
        return Answer(Save(state, id, "reserved", request, null));
    }

    private static JsonObject Release(SandboxState state, string id, JsonObject request)
    {
        var known = Find(state, id);
        if (known?.OptionalText("status") == "reserved")
        {
            Move(state, Wanted((JsonObject)known["request"]!), 1);
        }

        var released = Save(state, id, "released", request, known is null ? "There was nothing to let go." : null);
        return new JsonObject { ["status"] = "released", ["reference"] = released.OptionalText("number") };
    }

    private static JsonObject Answer(JsonObject reservation) => reservation.OptionalText("status") switch
    {
        "reserved" => new JsonObject { ["status"] = "reserved", ["reference"] = reservation.OptionalText("number") },
        "rejected" => No("rejected", "out_of_stock", reservation.OptionalText("note") ?? "Out of stock."),
        _ => No("rejected", "released", "This reservation was let go."),
    };

    private static JsonObject Save(SandboxState state, string id, string status, JsonObject request, string? note)
    {
        var saved = new JsonObject
        {
            ["id"] = Key(id),
            ["object"] = Kind,
            ["number"] = Find(state, id)?.OptionalText("number") ?? Identifiers.New("res"),
            ["reservation"] = id,
            ["status"] = status,
            ["note"] = note,
            ["request"] = request.DeepClone(),
        };
        state.Put(saved);
        return saved;
    }

    private static void Move(SandboxState state, IReadOnlyDictionary<string, long> lines, int sign)
    {
        foreach (var (sku, quantity) in lines.Where(line => state.Stock.ContainsKey(line.Key)))
        {
            state.SetStock(sku, state.Stock[sku] + (sign * quantity));
        }
    }

    private static Dictionary<string, long> Wanted(JsonObject request) => request["lines"]!.AsArray().OfType<JsonObject>()
        .Where(line => line["quantity"]?.GetValueKind() == JsonValueKind.Number)
        .GroupBy(line => line.OptionalText("sku") ?? "", StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(line => line.Long("quantity")), StringComparer.Ordinal);

    private static JsonObject? Find(SandboxState state, string id) => state.Objects.Find(Key(id))?.Read();

    // Beside the provider's objects, whose ids no caller chooses.
    private static string Key(string id) => $"merchant_reservation_{id}";

    private static JsonObject Shown(JsonObject stored)
    {
        var request = (JsonObject)stored["request"]!;
        return new JsonObject
        {
            ["id"] = stored.OptionalText("reservation"),
            ["reference"] = stored.OptionalText("number"),
            ["status"] = stored.OptionalText("status"),
            ["note"] = stored.OptionalText("note"),
            ["merchant"] = request["merchant"]?.DeepClone(),
            ["order"] = request["order"]?.DeepClone(),
            ["transaction_id"] = request["transaction_id"]?.DeepClone(),
            ["lines"] = request["lines"]?.DeepClone(),
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
