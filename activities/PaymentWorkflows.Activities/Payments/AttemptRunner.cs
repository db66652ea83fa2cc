using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// Carries out one attempt to move money, once: the intent is in the table before the provider is called, what is recorded is not done
/// again, and what is not known is looked up before anything is sent again. Safe to call any number of times, also from two processes at
/// once.
/// </summary>
public sealed class AttemptRunner(IAttemptStore store, TimeProvider clock)
{
    /// <summary>Providers forget keys after 24 h (docs.stripe.com/api/idempotent_requests); from then on the same key would act anew.</summary>
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    /// <param name="request">The request; its key and hash name the attempt.</param>
    /// <param name="operation">What is done, for the table.</param>
    /// <param name="provider">Who does it.</param>
    /// <param name="send">Sends the request under a provider key.</param>
    /// <param name="lookUp">Reads what became of an earlier send; <see cref="RefusalCause.Absent"/> when it finds nothing.</param>
    /// <exception cref="AttemptKeyReusedException">The key stands for another request, or the request replaces one that may have moved money.</exception>
    /// <exception cref="ProviderBusyException">Nothing was done; send the same again later.</exception>
    public async Task<MoneyVerdict> RunAsync(
        MoneyRequest request,
        string operation,
        IPaymentProvider provider,
        Func<string, Task<MoneyVerdict>> send,
        Func<PaymentAttempt, Task<MoneyVerdict>> lookUp,
        CancellationToken cancellationToken)
    {
        await RequireReplacedMovedNothingAsync(request, cancellationToken);
        var hash = RequestHash.Of(request);
        var draft = new AttemptDraft(request.Key, operation, hash, provider.Name, request.TransactionId, request.WorkflowId);
        var claim = await store.ClaimAsync(draft, clock.GetUtcNow(), cancellationToken);
        var attempt = claim.Attempt;
        if (attempt.IsWithdrawn)
        {
            return PaymentAttempt.SentNever;
        }

        if (attempt.RequestHash != hash)
        {
            throw new AttemptKeyReusedException(request.Key);
        }

        if (claim.IsNew)
        {
            return await SendAndRecordAsync(attempt, send);
        }

        if (attempt.Verdict is MoneyVerdict.Succeeded or MoneyVerdict.Declined)
        {
            return attempt.Verdict;
        }

        // A refusal was an answer: nothing happened under this key. A look-up still comes first, because a person may have repaired it at the provider.
        var found = await lookUp(attempt);
        if (RefusedLookUp(attempt, found) is { } said)
        {
            // Said and not written down: what is recorded of the attempt still stands.
            return said;
        }

        var nothingThere = found is MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent };
        var refusedAsBefore = found is MoneyVerdict.NotAttempted { Cause: RefusalCause.State } && attempt.Verdict is MoneyVerdict.NotAttempted { Cause: RefusalCause.State };
        return nothingThere || refusedAsBefore
            ? await SendAgainAsync(provider, attempt, send, cancellationToken)
            : await RecordAsync(attempt, found);
    }

    /// <summary>A look-up that is refused tells nothing of the attempt: what was unknown must not become known to have moved nothing.</summary>
    private static MoneyVerdict? RefusedLookUp(PaymentAttempt attempt, MoneyVerdict found) => found switch
    {
        MoneyVerdict.NotAttempted { Cause: RefusalCause.Request } refused when attempt.Verdict is not MoneyVerdict.NotAttempted { Cause: RefusalCause.Request } =>
            new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"The look-up was refused: {refused.Message}"),
        _ => RefusedKey(attempt, found),
    };

    /// <summary>Keys that are refused now say nothing of a send before, which may still be under way: it does not become known to have moved nothing.</summary>
    private static MoneyVerdict? RefusedKey(PaymentAttempt attempt, MoneyVerdict answer) =>
        answer is MoneyVerdict.NotAttempted { Cause: RefusalCause.Credentials } refused && attempt.Verdict is not MoneyVerdict.NotAttempted
            ? refused with { Code = MoneyVerdict.NotAttempted.LookUpRefused }
            : null;

    /// <summary>Two requests of one purchase are only safe when the first is known to have come to nothing.</summary>
    private async Task RequireReplacedMovedNothingAsync(MoneyRequest request, CancellationToken cancellationToken)
    {
        if (request is AuthorizeRequest { Replaces: { } replaced }
            && (await store.FindAsync(replaced, cancellationToken))?.Verdict is not MoneyVerdict.NotAttempted { Cause: RefusalCause.Request })
        {
            throw new AttemptKeyReusedException(replaced, request.Key);
        }
    }

    private async Task<MoneyVerdict> SendAgainAsync(
        IPaymentProvider provider, PaymentAttempt attempt, Func<string, Task<MoneyVerdict>> send, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var absenceProven = now - attempt.LastSentAt >= provider.SearchLag;

        // Under these answers the provider keeps its reply for the key, so the same key can only repeat it. A new key is safe as soon as the
        // old one can no longer act: it has its final answer, and for a 500 the look-up has proved that nothing came of it.
        var keyIsSpent = attempt.Verdict is MoneyVerdict.Unknown { Cause: UnknownCause.ServerError }
            or MoneyVerdict.NotAttempted { Cause: RefusalCause.Request or RefusalCause.State };
        var mustProveAbsence = attempt.Verdict is MoneyVerdict.Unknown { Cause: UnknownCause.ServerError } || now - attempt.FirstSentAt >= KeyLife;
        if (mustProveAbsence && !absenceProven)
        {
            return attempt.Verdict ?? new MoneyVerdict.Unknown(UnknownCause.Interrupted, "Not found yet; the provider's index may lag behind.");
        }

        var next = attempt with { SendNumber = attempt.SendNumber + (keyIsSpent ? 1 : 0), LastSentAt = now };
        if (!await store.ResendAsync(next.Key, next.SendNumber, now, cancellationToken))
        {
            return new MoneyVerdict.Unknown(UnknownCause.Interrupted, "Another process is sending this attempt.");
        }

        var answer = await send(next.ProviderKey);
        return RefusedKey(attempt, answer) ?? await RecordAsync(next, answer);
    }

    private async Task<MoneyVerdict> SendAndRecordAsync(PaymentAttempt attempt, Func<string, Task<MoneyVerdict>> send) =>
        await RecordAsync(attempt, await send(attempt.ProviderKey));

    // Not cancellable: an outcome that is known must be written down even when the worker is being stopped.
    private Task<MoneyVerdict> RecordAsync(PaymentAttempt attempt, MoneyVerdict verdict)
    {
        AttemptMeter.Count(attempt.Operation, verdict);
        return store.RecordAsync(attempt.Key, verdict, clock.GetUtcNow(), CancellationToken.None);
    }
}
