using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Activities.Erp;

/// <summary>
/// Posts a document once: what is to be sent is in the table before it is sent, what is posted is not sent again, and what may have been
/// posted is looked up by its number first. Safe to call any number of times, also from two processes at once.
/// </summary>
public sealed class ErpPoster(IErp erp, IErpDocumentStore store, ErpBreaker breaker, TimeProvider clock)
{
    /// <exception cref="DocumentConflictException">The number stands for another content.</exception>
    /// <exception cref="ErpUnavailableException">The ERP is down; the exception says when to come back.</exception>
    /// <param name="document">The document.</param>
    /// <param name="patience">After this the ERP counts as down; null waits as long as the connection allows.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public Task<StepVerdict> PostAsync(ErpDocument document, TimeSpan? patience, CancellationToken cancellationToken) =>
        breaker.RunAsync(() => patience is { } shortly ? PostWithinAsync(document, shortly, cancellationToken) : PostOnceAsync(document, cancellationToken));

    private async Task<StepVerdict> PostWithinAsync(ErpDocument document, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await PostOnceAsync(document, stop.Token);
        }
        catch (OperationCanceledException slow) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ErpUnavailableException($"{erp.Name} did not answer within {patience.TotalMilliseconds:0} ms.", inner: slow);
        }
    }

    private async Task<StepVerdict> PostOnceAsync(ErpDocument document, CancellationToken cancellationToken)
    {
        var hash = DocumentHash.Of(document);
        var draft = new ErpDocumentDraft(document.Number, document.Kind, hash, erp.Name, document.CheckoutId, document.TransactionId);
        var claim = await store.ClaimAsync(draft, clock.GetUtcNow(), cancellationToken);
        if (claim.RequestHash != hash)
        {
            throw new DocumentConflictException(document.Number);
        }

        if (claim.ErpId is { } known)
        {
            return new StepVerdict.Done(known);
        }

        if (!claim.IsNew)
        {
            if (await erp.FindAsync(document.Number, cancellationToken) is { } found)
            {
                return await TakeAsync(document, found);
            }

            await store.ResendAsync(document.Number, clock.GetUtcNow(), cancellationToken);
        }

        return await erp.PostAsync(document, cancellationToken) switch
        {
            ErpAnswer.Posted posted => await TakeAsync(document, posted.Record),
            ErpAnswer.Refused refused => await RefuseAsync(document, refused.Code, refused.Message),
            ErpAnswer.Duplicate => await TakeAsync(
                document,
                await erp.FindAsync(document.Number, cancellationToken) ?? throw new ErpUnavailableException($"{erp.Name} says that it has {document.Number}, but does not show it.")),
            var answer => throw new InvalidOperationException($"{erp.Name} answered {answer}."),
        };
    }

    /// <summary>What the ERP has under our number must be our document: somebody may have entered another one by hand.</summary>
    private async Task<StepVerdict> TakeAsync(ErpDocument document, ErpRecord record)
    {
        if ((record.Number, record.Kind, record.Amount) != (document.Number, document.Kind, document.Amount))
        {
            return await RefuseAsync(document, "other_document", $"it has {HoldRules.Name(record.Kind)} {record.Number} over {record.Amount} as {record.Id}, and not one over {document.Amount}");
        }

        // Not cancellable: what is known to be posted must be written down even when the worker is being stopped.
        return new StepVerdict.Done(await store.PostedAsync(document.Number, record.Id, clock.GetUtcNow(), CancellationToken.None));
    }

    private async Task<StepVerdict> RefuseAsync(ErpDocument document, string code, string message)
    {
        // The ERP's own words are shown to people and kept: what cannot be printed or must not be kept stays out.
        var (plainCode, words) = (ActRules.Kept(code, 60) ?? "no code", ActRules.Kept(message, 300) ?? "no words");
        await store.RefusedAsync(document.Number, $"{plainCode}: {words}", clock.GetUtcNow(), CancellationToken.None);
        return new StepVerdict.Refused(plainCode, $"The ERP does not take {HoldRules.Name(document.Kind)} {document.Number} ({plainCode}): {words}");
    }
}
