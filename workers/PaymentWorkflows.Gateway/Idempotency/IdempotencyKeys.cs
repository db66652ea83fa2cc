using System.Security.Cryptography;
using System.Text;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Idempotency;

/// <summary>The callers' keys as they come in, and what a key that is not granted means for the caller.</summary>
/// <param name="identity">This process, the owner of what it claims.</param>
/// <param name="silence">How long this process may be silent before it loses what it claims; while it works it says so (<see cref="KeptAnswers"/>).</param>
public sealed class IdempotencyKeys(GatewayIdentity identity, TimeSpan silence)
{
    private const int MaxLength = 255;

    /// <summary>The request's key.</summary>
    /// <exception cref="ApiException">400: none, several, too long or not printable ASCII.</exception>
    public static string Read(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var sent = http.Request.Headers["Idempotency-Key"];
        if (sent.Count == 0 || sent is [null or ""])
        {
            throw ApiErrors.KeyMissing();
        }

        return sent is [{ Length: <= MaxLength } key] && key.All(c => c is >= ' ' and <= '~') ? key : throw ApiErrors.KeyInvalid();
    }

    /// <summary>The claim of a request.</summary>
    public IdempotencyClaim Claim(HttpContext http, string key, string requestHash) => new(CallContext.Of(http).Scope, Kept(key), requestHash, identity.Owner, silence);

    // A card number among letters is refused nowhere, because random keys may look like it. It is not kept either: its hash names the same key.
    private static string Kept(string key) => CardNumbers.IsIn(key) ? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)))}" : key;

    /// <summary>The answer of a key that is not ours.</summary>
    public static ApiAnswer Refuse(KeyOutcome outcome) => outcome switch
    {
        KeyOutcome.Replay replay => new ApiAnswer(replay.Response.Status, replay.Response.Body) { IsReplay = true },
        KeyOutcome.Reused => throw ApiErrors.KeyReused(),
        // Most requests end long before their lease does.
        KeyOutcome.InFlight => throw ApiErrors.KeyInUse(TimeSpan.FromSeconds(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "A granted key is no refusal."),
    };
}
