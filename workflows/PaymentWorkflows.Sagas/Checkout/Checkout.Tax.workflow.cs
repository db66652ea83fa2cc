using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Contracts.Sale;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>The tax of a checkout: computed before the payment, as it is now before the capture, told to the engine after the sale, and taken back with it.</summary>
public sealed partial class CheckoutWorkflow
{
    private const string TaxStep = "tax";

    private Task? taxTold;

    /// <summary>The tax that is computed while the row is looked for; null when it was not, or was taken.</summary>
    private Task<TaxResult>? taxAhead;

    /// <summary>Whether the sale is still to be told to the tax engine.</summary>
    private bool HasTaxToTell => Progress.View.Tax is { Transaction: null } && Progress.StatusOf(CheckoutStep.TaxCommit) != StepStatus.Skipped;

    private AttemptKey TaxKey => AttemptKey.Of(Workflow.Info.WorkflowId, TaxStep, Start.Attempt);

    /// <summary>
    /// Computes the tax; false when the checkout ended, because the customer's address or tax number cannot be worked with, or the method
    /// does not take the amount that came of it.
    /// </summary>
    private async Task<bool> TaxAsync()
    {
        if (input.Tax == TaxMode.None)
        {
            Progress.Note(CheckoutStep.Tax, StepStatus.Skipped);
            return true;
        }

        try
        {
            Progress.Tax(await CalculateOrHoldAsync(endsByCustomer: true));
        }
        catch (FailureException failure) when (StepFailure.OfTax(failure) is { } refusal && StepFailure.IsTaxDataInvalid(failure))
        {
            var decline = new Decline(refusal.Code, DeclineCategory.FixData, "correct_customer_data", StepFailure.Message(failure));
            await DeclineAsync(new PaymentDecision.Decline(decline, null), CheckoutStep.Tax);
            return false;
        }

        if (Start.Method?.Limit is { } limit && !limit.Takes(Progress.Amount.Minor))
        {
            var message = $"With tax it is {Progress.Amount.Minor} minor units of {input.Currency}; {input.PaymentMethod.Type} takes {limit}.";
            await DeclineAsync(new PaymentDecision.Decline(new Decline("amount_out_of_range", DeclineCategory.Hard, "use_another_method", message), null), CheckoutStep.Tax);
            return false;
        }

        return true;
    }

    /// <summary>
    /// A calculation that has expired is made anew before the money is taken. Another total is never charged unseen: a person decides, and
    /// may ask again, for rates are corrected too.
    /// </summary>
    private async Task RefreshTaxAsync()
    {
        while (Progress.View.Tax is { ExpiresAt: { } expires } && expires <= Workflow.UtcNow)
        {
            var fresh = await CalculateOrHoldAsync(endsByCustomer: false);
            if (fresh.Total == Progress.Amount)
            {
                Progress.Tax(fresh);
                return;
            }

            await HoldTaxAsync(HoldReason.AmountChanged, $"The customer agreed to {Progress.Amount}; with today's tax it is {fresh.Total}.");
        }
    }

    /// <summary>Computes until it is computed, or a person ends the checkout: an amount without its tax is not charged.</summary>
    private async Task<TaxResult> CalculateOrHoldAsync(bool endsByCustomer)
    {
        while (true)
        {
            try
            {
                var ahead = taxAhead;
                taxAhead = null;
                return await (ahead ?? CalculateTaxAsync());
            }
            catch (FailureException failure) when (StepFailure.OfTax(failure) is { } refusal && !(endsByCustomer && StepFailure.IsTaxDataInvalid(failure)))
            {
                await HoldTaxAsync(refusal.Reason, StepFailure.Message(failure));
            }
        }
    }

    private async Task HoldTaxAsync(HoldReason reason, string message)
    {
        Progress.Note(CheckoutStep.Tax, StepStatus.Held);
        var decided = await Progress.Holds.WaitAsync(TaxStep, reason, message, () => StopRequested);
        StopWhenAsked();
        if (decided!.Action == HoldAction.Compensate)
        {
            throw new CheckoutStoppedException(CheckoutStatus.Failed, $"{decided.Actor}: {decided.Reason}");
        }

        Progress.Note(CheckoutStep.Tax, StepStatus.Unknown, triedAgain: true);
    }

    /// <summary>The customer waits for both, and the tax needs nothing of the row but the names that the Gateway has given already.</summary>
    private void CalculateTaxAhead(StepRunner steps)
    {
        if (input is { Tax: TaxMode.Automatic, CheckoutId: { } checkout, TransactionId: { } transaction })
        {
            taxAhead = CalculateTaxAsync(steps, checkout, transaction);
        }
    }

    private Task<TaxResult> CalculateTaxAsync() => CalculateTaxAsync(Progress.Steps, Start.CheckoutId, Start.TransactionId);

    private Task<TaxResult> CalculateTaxAsync(StepRunner steps, CheckoutId checkout, TransactionId transaction)
    {
        var request = new TaxRequest
        {
            CheckoutId = checkout,
            TransactionId = transaction,
            Merchant = input.Merchant,
            Customer = input.Customer,
            Currency = input.Currency,
            Lines = input.Lines,
            Behavior = input.TaxBehavior,
        };
        return steps.RunAsync(ActivityProfiles.Tax, (ITaxActivities activities) => activities.CalculateAsync(request), "tax");
    }

    /// <summary>Tells the sale to the tax engine, once at a time: an undo meets the telling that is under way.</summary>
    /// <param name="sale">The step that tells the ERP too; null when it is told alone.</param>
    private Task TellTaxAsync(Task<SalePosted?>? sale = null) => taxTold is null or { IsCompleted: true } ? taxTold = CommitTaxAsync(sale) : taxTold;

    /// <summary>Makes the calculation a tax transaction: the sale is told to the engine, as much of it as was sold.</summary>
    private async Task CommitTaxAsync(Task<SalePosted?>? sale)
    {
        var renewed = false;
        while (HasTaxToTell)
        {
            var request = TaxToCommit();
            var verdict = await ToldAsync(sale, posted => posted.Tax) ?? await Progress.Steps.RunAsync(ActivityProfiles.Tax, (ITaxActivities activities) => activities.CommitAsync(request), "commit the tax", remotely: sale is not null);
            sale = null;
            switch (verdict)
            {
                case StepVerdict.Done { Reference: { } transaction }:
                    await TakeBackUnsoldAsync(transaction);
                    Progress.TaxCommitted(transaction);
                    return;
                case StepVerdict.Refused { Code: TaxRefusals.CalculationExpired } expired when !renewed:
                    await RenewTaxAsync(expired.Message);
                    renewed = true;
                    break;
                case StepVerdict.Refused refused:
                    await HoldDocumentAsync(CheckoutStep.TaxCommit, "tax_commit", refused.Message);
                    renewed = false;
                    break;
                case StepVerdict.Unknown unknown:
                    await HoldDocumentAsync(CheckoutStep.TaxCommit, "tax_commit", unknown.Message);
                    break;
                case var other:
                    throw new InvalidOperationException($"The tax transaction ended as {other}.");
            }
        }
    }

    private CommitTaxRequest TaxToCommit() => new()
    {
        Key = TaxKey,
        TransactionId = Start.TransactionId,
        Calculation = Progress.View.Tax!.Calculation,
        PostedAt = Progress.View.CompletedAt ?? Workflow.UtcNow,
    };

    /// <summary>
    /// The money has been taken and its tax booked: a calculation that is made anew is only committed when it comes to the same, by
    /// jurisdiction. With prices that include the tax the total alone never changes.
    /// </summary>
    private async Task RenewTaxAsync(string message)
    {
        try
        {
            var fresh = await CalculateTaxAsync();
            if (fresh.Total == Progress.Amount && TaxShare.Of(fresh.Components).SequenceEqual(Progress.View.Tax!.Shares))
            {
                Progress.TaxRenewed(fresh);
                return;
            }

            message = fresh.Total == Progress.Amount
                ? $"{message} Today's tax within {Progress.Amount} is {fresh.Tax}, of other jurisdictions or at other rates than what is booked."
                : $"{message} With today's tax the sale over {Progress.Amount} would be {fresh.Total}.";
        }
        catch (FailureException failure) when (StepFailure.OfTax(failure) is not null)
        {
            message = StepFailure.Message(failure);
        }

        await HoldDocumentAsync(CheckoutStep.TaxCommit, "tax_commit", message);
    }

    /// <summary>The calculation is of the whole purchase; a capture may be of a part of it.</summary>
    private async Task TakeBackUnsoldAsync(string transaction)
    {
        var unsold = Progress.Amount.Minor - Progress.View.AmountCaptured;
        if (unsold > 0)
        {
            await ReverseTaxAsync(AttemptKey.Of(Workflow.Info.WorkflowId, "tax_unsold", Start.Attempt), transaction, new Money(unsold, input.Currency));
        }
    }

    /// <summary>
    /// The books have the sale and its return, so the engine is told of both. A commit whose answer was lost may stand, which is why it is
    /// asked for again first. Null when there is nothing to take back.
    /// </summary>
    private async Task<CompensationRecord?> ReverseTaxAsync(Money? returned)
    {
        if (Progress.View.Tax is null || returned is not { Minor: > 0 } back)
        {
            return null;
        }

        await TellTaxAsync();
        if (Progress.View.Tax.Transaction is not { } transaction)
        {
            return new CompensationRecord(TaxStep, CompensationOutcome.SkippedByOperator, null, "the tax transaction was left to people");
        }

        var reference = await ReverseTaxAsync(TaxKey.Undo(), transaction, back.Minor < Progress.View.AmountCaptured ? back : null);
        Progress.Note(CheckoutStep.TaxCommit, reference is null ? StepStatus.Skipped : StepStatus.Undone, reference);
        return reference is null
            ? new CompensationRecord(TaxStep, CompensationOutcome.SkippedByOperator, null, "the reversal of the tax was left to people")
            : new CompensationRecord(TaxStep, CompensationOutcome.Undone, reference, $"reversed as {reference}");
    }

    /// <summary>Takes back until it is taken back or a person lets it go; null then.</summary>
    private async Task<string?> ReverseTaxAsync(AttemptKey key, string original, Money? amount)
    {
        var request = new ReverseTaxRequest { Key = key, TransactionId = Start.TransactionId, Original = original, Amount = amount };
        return await UntilTakenAsync(
            CheckoutStep.TaxCommit,
            "tax_reversal",
            original,
            () => Progress.Steps.RunAsync(ActivityProfiles.Tax, (ITaxActivities activities) => activities.ReverseAsync(request), "reverse the tax"));
    }
}
