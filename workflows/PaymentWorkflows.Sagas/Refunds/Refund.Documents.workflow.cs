using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>What follows a refund after its customer has been told: the tax that is taken back, and the ERP's credit note.</summary>
public sealed partial class RefundWorkflow
{
    /// <summary>How long to wait for the checkout's own tax transaction and invoice, which those of the refund correct.</summary>
    private static readonly TimeSpan[] DocumentPatience =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)];

    private Task? documents;

    /// <summary>Only what takes back a sale has documents; what is paid of a debt had them before.</summary>
    private bool HasDocuments => Progress.View.AmountOfSale > 0 && (Start.Policies.Erp || Start.IsTaxed);

    private Money OfSale => new(Progress.View.AmountOfSale, Start.Currency);

    /// <summary>Waits for the documents, or for the provider's news. An ERP that is down for hours keeps the saga open and nobody's answer waiting.</summary>
    private async Task FollowUpAsync()
    {
        if (documents is null)
        {
            if (Progress.View.Status != RefundStatus.Succeeded || !HasDocuments)
            {
                return;
            }

            documents = PostDocumentsAsync();
        }

        var begun = documents;
        await Workflow.WaitConditionAsync(() => begun.IsCompleted || HeedsNews, CancellationToken.None);
        if (begun.IsCompleted)
        {
            // What did not get through is begun anew once its cause is gone.
            documents = begun.IsCompletedSuccessfully ? begun : null;
            await begun;
        }
    }

    private async Task PostDocumentsAsync()
    {
        if (Start.IsTaxed && Progress.StatusOf(RefundStep.Tax) is not (StepStatus.Done or StepStatus.Skipped))
        {
            await ReverseTaxAsync();
        }

        if (Start.Policies.Erp && Progress.StatusOf(RefundStep.Erp) is not (StepStatus.Done or StepStatus.Skipped))
        {
            await PostCreditNoteAsync();
        }

        await Progress.RecordAsync(view => view, notice: null);
    }

    /// <summary>In proportion; all that is left when the whole sale goes back at once. A sale whose tax nobody committed has none to take back.</summary>
    private async Task ReverseTaxAsync()
    {
        Progress.Note(RefundStep.Tax, StepStatus.Unknown);
        if (await CommittedTaxAsync() is not ({ Tax.Transaction: { } transaction } checkout))
        {
            Progress.Note(RefundStep.Tax, StepStatus.Skipped);
            return;
        }

        var request = new ReverseTaxRequest
        {
            Key = AttemptKey.Of(Workflow.Info.WorkflowId, "tax", 1),
            TransactionId = Start.TransactionId,
            Original = transaction,
            Amount = OfSale.Minor == checkout.Amount ? null : OfSale,
        };
        await DoDocumentAsync(RefundStep.Tax, () => Progress.Steps.RunAsync(ActivityProfiles.Tax, (ITaxActivities activities) => activities.ReverseAsync(request), "take the tax back"));
    }

    /// <summary>The checkout's tax transaction. It follows the checkout's own answer, so a quick refund may have to wait for it.</summary>
    private async Task<RefundTotals?> CommittedTaxAsync()
    {
        for (var look = 0; ; look++)
        {
            var totals = await TotalsAsync();
            if (totals.Tax is not { Transaction: null } || totals.TaxSkipped || totals.Status != CheckoutStatus.Completed)
            {
                return totals;
            }

            await Workflow.DelayAsync(DocumentPatience[Math.Min(look, DocumentPatience.Length - 1)], CancellationToken.None);
        }
    }

    /// <summary>Whether there is an invoice to correct. It follows the checkout's own answer, perhaps hours later.</summary>
    private async Task<bool> HasInvoiceAsync()
    {
        for (var look = 0; ; look++)
        {
            var totals = await TotalsAsync();
            if (!totals.InvoicePending)
            {
                return totals.HasInvoice;
            }

            await Workflow.DelayAsync(DocumentPatience[Math.Min(look, DocumentPatience.Length - 1)], CancellationToken.None);
        }
    }

    private async Task PostCreditNoteAsync()
    {
        Progress.Note(RefundStep.Erp, StepStatus.Unknown);
        if (!await HasInvoiceAsync())
        {
            Progress.Note(RefundStep.Erp, StepStatus.Skipped);
            return;
        }

        var document = new ErpDocument
        {
            Number = $"{Start.RefundId}:credit_note",
            Kind = ErpDocumentKind.CreditNote,
            Merchant = Start.Merchant,
            Order = Start.Order,
            Customer = Start.Customer,
            CheckoutId = Start.CheckoutId,
            TransactionId = Start.TransactionId,
            Amount = OfSale,
            Taxes = Progress.View.Taxes,
            RefersTo = $"{Start.CheckoutId}:invoice",
            ProviderReference = Progress.View.ProviderRefundId ?? Progress.View.PaidOutside,
            Date = Progress.View.CompletedAt ?? Workflow.UtcNow,
        };
        var set = new ErpDocumentSet([document]);
        await DoDocumentAsync(RefundStep.Erp, () => Progress.Steps.RunAsync(ActivityProfiles.Erp, (IErpActivities activities) => activities.PostAsync(set), $"credit note {document.Number}"));
    }

    /// <summary>Until the other system has it, or a person lets it go. The money has moved: nothing here fails the refund.</summary>
    private async Task DoDocumentAsync(RefundStep step, Func<Task<StepVerdict>> call)
    {
        while (true)
        {
            switch (await TryAsync(call))
            {
                case StepVerdict.Done done:
                    Progress.Note(step, StepStatus.Done, done.Reference);
                    return;
                case StepVerdict.Refused refused when await LetsGoAsync(step, refused.Message):
                case StepVerdict.Unknown unknown when await LetsGoAsync(step, unknown.Message):
                    return;
            }
        }
    }

    private static async Task<StepVerdict> TryAsync(Func<Task<StepVerdict>> call)
    {
        try
        {
            return await call();
        }
        catch (FailureException failure)
        {
            return new StepVerdict.Refused("failed", StepFailure.Message(failure));
        }
    }

    private async Task<bool> LetsGoAsync(RefundStep step, string message)
    {
        Progress.Note(step, StepStatus.Held);
        var decided = await Progress.Holds.WaitAsync(HoldRules.Name(step), HoldReason.DocumentRefused, message)
            ?? throw new InvalidOperationException("A document's hold ended without a decision.");
        var skips = decided.Action == HoldAction.Skip;
        Progress.Note(step, skips ? StepStatus.Skipped : StepStatus.Unknown, triedAgain: !skips);
        return skips;
    }

    private Task<RefundTotals> TotalsAsync()
    {
        var request = new RefundTotalsRequest(Start.CheckoutId, Start.TransactionId);
        return Progress.Steps.RunAsync(ActivityProfiles.Rows, (IRefundActivities activities) => activities.TotalsAsync(request), "read the checkout");
    }
}
