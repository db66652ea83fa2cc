using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;
using Mutex = Temporalio.Workflows.Mutex;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>Where a checkout stands, and everything that shows it: the row, the search attributes, the current details.</summary>
internal sealed class CheckoutProgress
{
    private readonly CheckoutInput input;
    private readonly CheckoutStart start;
    private readonly ShownAttributes attributes;
    private readonly Mutex writing = new();

    public CheckoutProgress(CheckoutInput input, CheckoutStart start, StepRunner steps, int series, ActLog acts)
    {
        this.input = input;
        this.start = start;
        Steps = steps;
        View = start.View;
        Holds = new OperatorHold(start.TransactionId, start.Policies.HoldDeadline, PublishHoldAsync, AuditAsync, series, acts, ShowDetails);
        attributes = new ShownAttributes(start.TransactionId, input.Merchant, input.Customer, Amount, input.Region);
    }

    /// <summary>Runs the steps of this checkout.</summary>
    public StepRunner Steps { get; }

    /// <summary>The state as last recorded or about to be.</summary>
    public CheckoutView View { get; private set; }

    /// <summary>The state that the row has, and so the one a caller may be told.</summary>
    public CheckoutView? Recorded { get; private set; }

    public OperatorHold Holds { get; }

    /// <summary>Whether what was done is being taken back.</summary>
    public bool Undoing { get; set; }

    /// <summary>Minor units that went back by other ways than this product's refunds, once an undo has counted them.</summary>
    public long RefundedOutside { get; set; }

    /// <summary>Until when the checkout waits for somebody outside, as people are told; null when it does not.</summary>
    public DateTimeOffset? WaitsUntil { get; set; }

    public Money Amount => new(View.Amount, input.Currency);

    /// <summary>Notes what became of a step; kept in the order of the steps.</summary>
    public void Note(CheckoutStep step, StepStatus status, string? reference = null, bool triedAgain = false)
    {
        var before = View.Steps.FirstOrDefault(one => one.Name == step);
        var tries = (before?.Attempts ?? 0) + (before is null || triedAgain ? 1 : 0);
        var now = new StepRecord(step, status, tries, Workflow.UtcNow, reference ?? before?.Reference);
        View = View with { Steps = [.. View.Steps.Where(one => one.Name != step).Append(now).OrderBy(one => one.Name)] };
        ShowDetails();
    }

    /// <summary>A step that was never settled has failed, now that the checkout ends; but not the ERP's documents, which are brought to their end after it.</summary>
    public void CloseOpenSteps()
    {
        foreach (var step in View.Steps.Where(one => one.Name != CheckoutStep.Erp && one.Status is (StepStatus.Unknown or StepStatus.Held)).Select(one => one.Name).ToArray())
        {
            Note(step, StepStatus.Failed);
        }
    }

    public StepStatus? StatusOf(CheckoutStep step) => View.Steps.FirstOrDefault(one => one.Name == step)?.Status;

    /// <summary>Remembers the provider's payment.</summary>
    public void Know(ProviderPayment payment) =>
        View = View with { Payment = new PaymentReference(payment.Provider, payment.Id, input.PaymentMethod.Type) };

    /// <summary>From here on the customer pays what the tax engine computed.</summary>
    public void Tax(TaxResult tax)
    {
        View = View with { Amount = tax.Total.Minor, AmountTax = tax.Tax.Minor, Tax = new CheckoutTax(tax.Reference, tax.ExpiresAt, TaxShare.Of(tax.Components), null) };
        attributes.ShowLater(SearchAttributes.AmountMinor.ValueSet(View.Amount));
        Note(CheckoutStep.Tax, StepStatus.Done, tax.Reference);
    }

    /// <summary>The calculation had expired and was made anew, with the same total: the money has been taken, so only what is committed changes.</summary>
    public void TaxRenewed(TaxResult tax) =>
        View = View with { Tax = new CheckoutTax(tax.Reference, tax.ExpiresAt, TaxShare.Of(tax.Components), null) };

    /// <summary>The engine knows of the sale.</summary>
    public void TaxCommitted(string transaction)
    {
        View = View with { Tax = View.Tax! with { Transaction = transaction } };
        Note(CheckoutStep.TaxCommit, StepStatus.Done, transaction);
    }

    /// <summary>The tax within a part of the amount, in proportion, by jurisdiction.</summary>
    public IReadOnlyList<TaxShare> TaxWithin(Money part) => TaxBetween(Money.Zero(part.Currency), part);

    /// <summary>The tax within the part of the amount between two points, by jurisdiction; none for money of another currency.</summary>
    public IReadOnlyList<TaxShare> TaxBetween(Money from, Money to) =>
        View.Tax is { } tax && to.Currency == input.Currency ? TaxShare.Between(tax.Shares, to > Amount ? to : Amount, from, to) : [];

    /// <summary>Writes a step forward: the new state, what changes the books, and the notice to the app backend. One after another.</summary>
    /// <exception cref="CheckoutSettledException">The row had ended otherwise.</exception>
    public async Task RecordAsync(Func<CheckoutView, CheckoutView> change, string? notice, params IReadOnlyList<LedgerFact> facts)
    {
        // A hold, the documents and an undo may want to write at once; one that overtook another would make the row refuse the other's notice.
        await writing.WaitOneAsync(CancellationToken.None);
        var stage = Recorded?.Status;
        try
        {
            await WriteUntilHeldAsync(change, notice, facts);
        }
        finally
        {
            writing.ReleaseMutex();
        }

        if (stage != Recorded!.Status)
        {
            ShowStage(HoldRules.Name(Recorded.Status), Recorded.Decline?.Code);
        }

        ShowDetails();
    }

    private async Task WriteUntilHeldAsync(Func<CheckoutView, CheckoutView> change, string? notice, IReadOnlyList<LedgerFact> facts)
    {
        while (true)
        {
            View = change(View) with { Held = Holds.Current, Revision = View.Revision + 1 };
            View = View with { AwaitsProvider = View.AwaitsProvider && View.Status == CheckoutStatus.Processing };
            var written = View;
            var recorded = await WriteAsync(written, notice, facts);
            // An undo that is run again catches up with what it had written before; only its last word must be the row's.
            var catchesUp = Undoing && recorded.Revision > written.Revision && (written.Status.CanBeUndone() || recorded.Status == written.Status);
            if (catchesUp || (recorded.Revision == written.Revision && recorded.Status == written.Status))
            {
                Recorded = written;
                return;
            }

            if (recorded.Status.IsFinal())
            {
                throw new CheckoutSettledException(recorded.Status);
            }

            // Written over what a lost task left, under a number that comes after it.
            View = View with { Revision = recorded.Revision };
        }
    }

    /// <summary>The row was found as it is: nothing to write.</summary>
    public void AlreadyRecorded()
    {
        Recorded = View;

        // The task that wrote it may have been lost, and what it showed with it.
        ShowStage(HoldRules.Name(View.Status), View.Decline?.Code);
        ShowDetails();
    }

    public void ShowStage(string stage, string? declineCode = null)
    {
        SagaMetrics.Stage(stage);
        attributes.ShowStage(stage, declineCode);
    }

    /// <summary>Shows the checkout as it stands in the Web UI; no step.</summary>
    public void ShowDetails() => Workflow.CurrentDetails = CheckoutDetails.Render(View, Amount, WaitsUntil, Undoing, Holds.All, Holds.Acts);

    /// <summary>Writes what happened to the checkout itself to the audit trail.</summary>
    public Task AuditAsync(string what, string reason) => AuditAsync(new AuditLine
    {
        WorkflowId = Workflow.Info.WorkflowId,
        TransactionId = start.TransactionId,
        Event = what,
        Reason = reason,
        Reference = $"{Workflow.Info.RunId}:{what}",
    });

    private Task<CheckoutRecorded> WriteAsync(CheckoutView written, string? notice, IReadOnlyList<LedgerFact> facts)
    {
        var record = new CheckoutRecord
        {
            CheckoutId = start.CheckoutId,
            TransactionId = start.TransactionId,
            Merchant = input.Merchant,
            View = written,
            Facts = facts,
            RefundedOutside = RefundedOutside,
            Notice = notice,
        };
        return Steps.RunAsync(ActivityProfiles.Rows, (ICheckoutActivities activities) => activities.RecordAsync(record), $"record {HoldRules.Name(written.Status)}");
    }

    private Task AuditAsync(AuditLine line) =>
        Steps.RunAsync<ICheckoutActivities>(ActivityProfiles.Rows, activities => activities.AuditAsync(line), line.Event);

    private async Task PublishHoldAsync()
    {
        var held = Holds.Current;
        attributes.ShowAttention(held is not null);

        await RecordAsync(view => view, OperatorHold.IsNews(View.Held, held) ? "checkout.held" : null);
    }
}
