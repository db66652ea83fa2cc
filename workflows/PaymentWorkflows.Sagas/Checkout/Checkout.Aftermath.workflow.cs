using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Sale;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>What follows a completed checkout, after its customer has been told: the tax transaction and the ERP's documents.</summary>
public sealed partial class CheckoutWorkflow
{
    private Task? documents;

    /// <summary>Whether the ERP is still to be told of the sale.</summary>
    private bool HasDocumentsToPost => Start.Policies.Erp == true && Progress.StatusOf(CheckoutStep.Erp) is not (StepStatus.Done or StepStatus.Skipped);

    private string InvoiceNumber => $"{Start.CheckoutId}:invoice";

    /// <summary>Tells the tax engine and the ERP. One that is down for hours keeps the saga open, not its customer waiting; a cancel does not wait for it either.</summary>
    private async Task FollowUpAsync()
    {
        if (Progress.View.Status != CheckoutStatus.Completed)
        {
            return;
        }

        var before = Progress.View;
        if (HasTaxToTell || HasDocumentsToPost)
        {
            documents = documents is null or { IsCompleted: true } ? FollowDocumentsAsync() : documents;
            await Workflow.WaitConditionAsync(() => documents.IsCompleted || StopRequested, CancellationToken.None);
            if (!documents.IsCompleted)
            {
                return;
            }

            await FinishAsync(documents);
        }

        if (Progress.View != before)
        {
            await Progress.RecordAsync(view => view, notice: null);
        }
    }

    /// <summary>
    /// Before the saga ends, what was begun with the tax engine and the ERP is finished, also when the money has gone back meanwhile: the
    /// refund takes the invoice back by a credit note of its own.
    /// </summary>
    private async Task FinishDocumentsAsync()
    {
        if (documents is { IsCompletedSuccessfully: false })
        {
            await FinishOrHoldAsync(() => documents ??= FollowDocumentsAsync());
        }

        if (Progress.View != Progress.Recorded)
        {
            await Progress.RecordAsync(view => view, notice: null);
        }
    }

    /// <summary>The sale is over, so that a broken rule's hold could compensate nothing: it is held as a document that is refused.</summary>
    private async Task FinishOrHoldAsync(Func<Task> begun)
    {
        while (Progress.StatusOf(CheckoutStep.Erp) != StepStatus.Skipped)
        {
            try
            {
                await FinishAsync(begun());
                return;
            }
            catch (FailureException failure) when (StepFailure.IsBrokenRule(failure))
            {
                await HoldDocumentAsync(CheckoutStep.Erp, "erp", StepFailure.Message(failure));
            }
        }
    }

    /// <summary>A broken rule's failure is held for repair; then the documents are begun anew.</summary>
    private async Task FinishAsync(Task begun)
    {
        try
        {
            await begun;
        }
        catch (FailureException)
        {
            documents = null;
            throw;
        }
    }

    private async Task FollowDocumentsAsync()
    {
        // Neither needs the other: in one step where both are told, and what does not get through there goes on by itself.
        var set = HasDocumentsToPost ? Documents() : null;
        var sale = set is not null && HasTaxToTell && taxTold is null or { IsCompleted: true } ? PostSaleAsync(set) : null;
        await Workflow.WhenAllAsync(TellTaxAsync(sale), set is not null ? PostDocumentsAsync(set, sale) : Task.CompletedTask);
    }

    private Task<SalePosted?> PostSaleAsync(ErpDocumentSet set)
    {
        var told = new SaleToPost(TaxToCommit(), set);
        return Progress.Steps.TryAsync(ActivityProfiles.Sale, (ISaleActivities activities) => activities.PostAsync(told), $"tax and documents of {Start.CheckoutId}");
    }

    /// <summary>What the step for both has found out about one of them; null when it has not, or there was none.</summary>
    private static async Task<StepVerdict?> ToldAsync(Task<SalePosted?>? sale, Func<SalePosted, StepVerdict?> part) =>
        sale is not null && await sale is { } posted ? part(posted) : null;

    private async Task PostDocumentsAsync(ErpDocumentSet set, Task<SalePosted?>? sale)
    {
        // Shown while it is on its way, so that a refund beside it knows that there will be an invoice to take back.
        Progress.Note(CheckoutStep.Erp, StepStatus.Unknown);
        if (await PostAsync(set, sale) is { } posted)
        {
            Progress.Note(CheckoutStep.Erp, StepStatus.Done, posted);
        }
    }

    private ErpDocumentSet Documents()
    {
        var invoice = Document(ErpDocumentKind.Invoice, InvoiceNumber);
        invoice = invoice with { Lines = SoldLines(invoice) };
        var payment = Document(ErpDocumentKind.Payment, $"{Start.CheckoutId}:payment") with
        {
            RefersTo = InvoiceNumber,
            ProviderReference = Progress.View.Payment?.Id,
        };
        return new ErpDocumentSet([invoice, payment]);
    }

    private IReadOnlyList<CheckoutLine> SoldLines(ErpDocument invoice)
    {
        var tax = input.TaxBehavior == TaxBehavior.Exclusive ? invoice.Taxes.Aggregate(Money.Zero(input.Currency), (sum, share) => sum + share.Amount) : Money.Zero(input.Currency);
        return Pricing.LinesOf(input.Lines, Pricing.Price(input.Lines, input.Currency), invoice.Amount - tax, input.Order);
    }

    /// <summary>Posts until it is posted or a person lets it go; null then.</summary>
    private Task<string?> PostAsync(ErpDocumentSet set, Task<SalePosted?>? sale) => UntilTakenAsync(CheckoutStep.Erp, "erp", set.Documents[0].Number, async () =>
    {
        var verdict = await ToldAsync(sale, posted => posted.Documents) ?? await Progress.Steps.RunAsync(
            ActivityProfiles.Erp, (IErpActivities activities) => activities.PostAsync(set), $"documents of {Start.CheckoutId}", remotely: sale is not null);
        sale = null;
        return verdict;
    });

    /// <summary>Tells another system until it takes it, or a person lets it go. Gives its reference, ours where it has none; null when it was let go.</summary>
    private async Task<string?> UntilTakenAsync(CheckoutStep step, string hold, string ours, Func<Task<StepVerdict>> tell)
    {
        while (true)
        {
            switch (await tell())
            {
                case StepVerdict.Done done:
                    return done.Reference ?? ours;
                case StepVerdict.Refused refused:
                    await HoldDocumentAsync(step, hold, refused.Message);
                    break;
                case StepVerdict.Unknown unknown:
                    await HoldDocumentAsync(step, hold, unknown.Message);
                    break;
            }

            if (Progress.StatusOf(step) == StepStatus.Skipped)
            {
                return null;
            }
        }
    }

    /// <summary>The money has moved, the other system does not want to know: a person repairs the cause, or settles it by hand.</summary>
    private async Task HoldDocumentAsync(CheckoutStep step, string hold, string message)
    {
        Progress.Note(step, StepStatus.Held);
        var decided = await Progress.Holds.WaitAsync(hold, HoldReason.DocumentRefused, message)
            ?? throw new InvalidOperationException("A document's hold ended without a decision.");
        Progress.Note(step, decided.Action == HoldAction.Skip ? StepStatus.Skipped : StepStatus.Unknown, triedAgain: decided.Action == HoldAction.Retry);
    }

    private ErpDocument Document(ErpDocumentKind kind, string number)
    {
        var money = new Money(Progress.View.AmountCaptured, input.Currency);
        return new ErpDocument
        {
            Number = number,
            Kind = kind,
            Merchant = input.Merchant,
            Order = input.Order,
            Customer = input.Customer,
            CheckoutId = Start.CheckoutId,
            TransactionId = Start.TransactionId,
            Amount = money,
            Taxes = kind == ErpDocumentKind.Invoice ? Progress.TaxWithin(money) : [],
            Date = Progress.View.CompletedAt ?? Workflow.UtcNow,
        };
    }
}
