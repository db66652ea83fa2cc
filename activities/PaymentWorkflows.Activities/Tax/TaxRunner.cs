using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Activities.Tax;

/// <summary>
/// Tells a tax engine something once: the intent is in the table before the engine is told, and what is recorded as done is not told
/// again. The engine refuses a reference that it has had, for ever, so that sending again is itself the look-up: it either does what was
/// not done, or names what was.
/// </summary>
public sealed class TaxRunner(ITaxTransactionStore store, TimeProvider clock)
{
    /// <summary>Engines forget idempotency keys after 24 h; from then on the same key would act anew, and only the reference stands.</summary>
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    /// <summary>How long an open outcome is asked for again by itself before a person is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <param name="draft">What is told, and under which key.</param>
    /// <param name="send">Sends it under an idempotency key, with the key itself as the reference.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="AttemptKeyReusedException">The key stands for something else; nothing was sent.</exception>
    /// <exception cref="ProviderBusyException">The engine did nothing; send the same again later.</exception>
    /// <exception cref="TaxUnresolvedException">The outcome is open; run it again.</exception>
    public async Task<StepVerdict> RunAsync(TaxDraft draft, Func<string, Task<TaxAnswer>> send, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(send);
        var now = clock.GetUtcNow();
        var claim = await store.ClaimAsync(draft, now, cancellationToken);
        var row = claim.Row;
        if (row.RequestHash != draft.RequestHash)
        {
            throw new AttemptKeyReusedException(draft.Key);
        }

        if (row.Verdict is StepVerdict.Done done)
        {
            return done;
        }

        if (!claim.IsNew)
        {
            row = row with { SendNumber = row.SendNumber + (KeyIsSpent(row, draft, now) ? 1 : 0), Content = draft.Content, LastSentAt = now };
            if (!await store.ResendAsync(row.Key, row.SendNumber, row.Content, now, cancellationToken))
            {
                throw new TaxUnresolvedException("Another process is telling the tax engine.");
            }
        }

        var answer = await send(row.ProviderKey);

        // Not cancellable: an outcome that is known must be written down even when the worker is being stopped.
        var verdict = await store.RecordAsync(row.Key, answer, clock.GetUtcNow(), CancellationToken.None);
        return verdict is StepVerdict.Unknown unknown && now - row.FirstSentAt < Patience ? throw new TaxUnresolvedException(unknown.Message) : verdict;
    }

    /// <summary>
    /// Whether the engine keeps an answer under the last key, or has forgotten it. A process that died, or an answer that never came, leaves
    /// the key as it was: under it the engine repeats its own answer.
    /// </summary>
    private static bool KeyIsSpent(TaxTransactionRow row, TaxDraft draft, DateTimeOffset now) =>
        row.Content != draft.Content || row.KeyIsSpent || now - row.FirstSentAt >= KeyLife;
}

/// <summary>What a tax engine said.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Total">What the transaction is over, tax contained; null when the engine did not tell.</param>
/// <param name="KeyIsSpent">Whether the engine keeps this answer under the key, so that only another key can get another one.</param>
public sealed record TaxAnswer(StepVerdict Verdict, Money? Total, bool KeyIsSpent);
