using System.Text.Json.Nodes;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.TestKit.Sandbox;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>What the sandbox says really happened under one attempt.</summary>
/// <param name="Payments">Payments that carry the attempt's key.</param>
/// <param name="Refunds">Refunds that carry it.</param>
/// <param name="Requests">Requests that were sent under it as idempotency key.</param>
internal sealed record Truth(IReadOnlyList<JsonNode> Payments, IReadOnlyList<JsonNode> Refunds, IReadOnlyList<JsonNode> Requests)
{
    /// <summary>Charges of those payments that took or reserved money.</summary>
    public int Charges => Payments.SelectMany(payment => payment["charges"]!.AsArray()).Count(charge => (string?)charge!["status"] == "succeeded");

    public static async Task<Truth> OfAsync(SandboxControl control, AttemptKey key, CancellationToken cancellationToken)
    {
        var truth = await control.TruthAsync(cancellationToken);
        IReadOnlyList<JsonNode> With(string kind) => [.. truth[kind]!.AsArray().Where(item => (string?)item!["metadata"]?["attempt_key"] == key.Value).Select(item => item!)];
        return new Truth(
            With("payment_intents"),
            With("refunds"),
            [.. truth["requests"]!.AsArray().Where(item => (string?)item!["idempotency_key"] == key.Value).Select(item => item!)]);
    }
}
