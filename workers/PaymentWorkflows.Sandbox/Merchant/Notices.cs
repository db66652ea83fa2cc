using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Merchant;

/// <summary>What the merchant was told, each event once, with how often it came.</summary>
internal static class Notices
{
    private const string Kind = "merchant_notice";

    /// <summary>Every notice, in the order of its first coming. The caller holds the state's gate.</summary>
    public static JsonArray All(SandboxState state) => new([.. state.Objects.OfKind(Kind).Select(stored => (JsonNode)new JsonObject
    {
        ["deliveries"] = stored.Read().Long("deliveries"),
        ["event"] = stored.Read()["event"]!.DeepClone(),
    })]);

    public static PlayedAnswer Keep(SandboxState state, JsonObject notice)
    {
        if (notice.OptionalText("id") is not { Length: > 0 } id)
        {
            return new PlayedAnswer(400, PlayedService.Error("invalid_notice", "'id' is missing."));
        }

        var before = state.Objects.Find($"notice_{id}")?.Read().Long("deliveries") ?? 0;
        state.Put(new JsonObject { ["id"] = $"notice_{id}", ["object"] = Kind, ["deliveries"] = before + 1, ["event"] = notice.DeepClone() });
        return new PlayedAnswer(200, new JsonObject { ["received"] = true });
    }
}
