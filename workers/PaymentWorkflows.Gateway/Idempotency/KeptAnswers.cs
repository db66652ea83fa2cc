using System.Data.Common;
using System.Text.Json;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Idempotency;

/// <summary>
/// Answers a claimed key once: what the same request would always get is kept and repeated word for word; what only the moment decided
/// gives the key back, so that the caller may try again at once.
/// </summary>
public sealed partial class KeptAnswers(IIdempotencyStore store, ErrorCatalogue catalogue, TimeProvider clock, ILogger<KeptAnswers> logger)
{
    /// <summary>Claims the key, then as <see cref="KeepAsync"/>.</summary>
    public async Task<ApiAnswer> OnceAsync(HttpContext http, IdempotencyClaim claim, Func<Task<ApiAnswer>> act)
    {
        ArgumentNullException.ThrowIfNull(http);
        var outcome = await store.ClaimAsync(claim, clock.GetUtcNow(), http.RequestAborted);
        return outcome is KeyOutcome.Granted ? await KeepAsync(http, claim, act) : Replayed(http, IdempotencyKeys.Refuse(outcome));
    }

    /// <summary>Runs what answers a key that is ours already, and keeps its answer.</summary>
    public async Task<ApiAnswer> KeepAsync(HttpContext http, IdempotencyClaim claim, Func<Task<ApiAnswer>> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        ApiAnswer answer;
        try
        {
            answer = await HoldAsync(claim, act());
        }
        catch (ApiException refused) when (refused.Error.IsDeterministic)
        {
            answer = ApiAnswer.Of(refused.Error, CallContext.Of(http), catalogue);
        }
        catch
        {
            await ReleaseAsync(claim);
            throw;
        }

        await CompleteAsync(claim, answer);
        return answer;
    }

    /// <summary>Gives a repeated answer the transaction of the first one.</summary>
    public static ApiAnswer Replayed(HttpContext http, ApiAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var body = JsonDocument.Parse(answer.Body);
        var holder = body.RootElement.TryGetProperty("error", out var error) ? error : body.RootElement;
        if (holder.TryGetProperty("transaction_id", out var text) && TransactionId.TryParse(text.GetString(), null, out var transaction))
        {
            CallContext.Of(http).TransactionId = transaction;
        }

        return answer;
    }

    /// <summary>Waits for the answer and says meanwhile that somebody is at it, so that a key is lost soon after its Gateway is and not before.</summary>
    private async Task<ApiAnswer> HoldAsync(IdempotencyClaim claim, Task<ApiAnswer> acting)
    {
        using var over = new CancellationTokenSource();
        while (await Task.WhenAny(acting, Task.Delay(claim.Lease / 3, clock, over.Token)) != acting)
        {
            try
            {
                await store.RenewAsync(claim, clock.GetUtcNow(), CancellationToken.None);
            }
            catch (Exception unreachable) when (unreachable is DbException or TimeoutException)
            {
                // Another may take the key over: it finds what this one has made, and only one answer is kept.
                LogNotRenewed(unreachable);
            }
        }

        await over.CancelAsync();
        return await acting;
    }

    // The caller may be gone by now, the answer has to be kept all the same: no request token here.
    private async Task CompleteAsync(IdempotencyClaim claim, ApiAnswer answer)
    {
        try
        {
            if (!await store.CompleteAsync(claim, new StoredResponse(answer.Status, answer.Body), clock.GetUtcNow(), CancellationToken.None))
            {
                LogTakenOver();
            }
        }
        catch (Exception unreachable) when (unreachable is DbException or TimeoutException)
        {
            // The work is done and durable: the answer is true, and a repeat finds the same checkout once the lease has run out.
            LogNotKept(unreachable);
        }
    }

    private async Task ReleaseAsync(IdempotencyClaim claim)
    {
        try
        {
            await store.ReleaseAsync(claim, CancellationToken.None);
        }
        catch (Exception unreachable) when (unreachable is DbException or TimeoutException)
        {
            LogNotReleased(unreachable);
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Another Gateway had taken the idempotency key over; its answer stands")]
    private partial void LogTakenOver();

    [LoggerMessage(21, LogLevel.Warning, "An answer could not be kept for its idempotency key")]
    private partial void LogNotKept(Exception fault);

    [LoggerMessage(25, LogLevel.Warning, "The lease of an idempotency key could not be renewed")]
    private partial void LogNotRenewed(Exception fault);

    [LoggerMessage(22, LogLevel.Warning, "An idempotency key could not be given back; its lease will run out")]
    private partial void LogNotReleased(Exception fault);
}
