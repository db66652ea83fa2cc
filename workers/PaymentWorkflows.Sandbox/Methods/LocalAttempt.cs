using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>What only the sandbox knows about the latest attempt to pay an intent with a method other than a card.</summary>
/// <param name="Method">Id of the payment method; the intent forgets it when the attempt fails.</param>
/// <param name="Type">The payment method's type.</param>
/// <param name="Code">What the customer scans or types.</param>
/// <param name="ReturnUrl">Where the hosted page sends the customer back to.</param>
/// <param name="ExpiresAt">Seconds since 1970; null without expiry.</param>
/// <param name="Mandate">Id of the mandate.</param>
/// <param name="Outcome">Name of what its test values bring about.</param>
internal sealed record LocalAttempt(
    string Method, string Type, string? Code, string? ReturnUrl, long? ExpiresAt, string? Mandate, string? Outcome)
{
    private const string Member = "attempt";

    /// <summary>The attempt of an intent, or null when it had none.</summary>
    public static LocalAttempt? Of(JsonObject intent) =>
        intent[StoredObject.PrivateMember]?[Member] is not JsonObject kept
            ? null
            : new LocalAttempt(
                kept.Text("method"),
                kept.Text("type"),
                kept.OptionalText("code"),
                kept.OptionalText("return_url"),
                kept["expires_at"] is null ? null : kept.Long("expires_at"),
                kept.OptionalText("mandate"),
                kept.OptionalText("outcome"));

    /// <summary>Another kind of method takes its place.</summary>
    public static void Forget(JsonObject intent) => (intent[StoredObject.PrivateMember] as JsonObject)?.Remove(Member);

    /// <summary>Keeps it with the intent; the caller saves that.</summary>
    public void KeepIn(JsonObject intent) => intent.Hidden()[Member] = new JsonObject
    {
        ["method"] = Method,
        ["type"] = Type,
        ["code"] = Code,
        ["return_url"] = ReturnUrl,
        ["expires_at"] = ExpiresAt,
        ["mandate"] = Mandate,
        ["outcome"] = Outcome,
    };
}
