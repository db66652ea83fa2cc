using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;
using Mutex = Temporalio.Workflows.Mutex;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>Where a refund stands, and everything that shows it: the row, the search attributes, the current details.</summary>
internal sealed class RefundProgress
{
    private readonly RefundStart start;
    private readonly ShownAttributes attributes;
    private readonly Mutex writing = new();

    public RefundProgress(RefundStart start, StepRunner steps, int series, ActLog acts)
    {
        this.start = start;
        Steps = steps;
        View = start.View;
        Holds = new OperatorHold(start.TransactionId, start.Policies.HoldDeadline, PublishHoldAsync, AuditAsync, series, acts, ShowDetails);
        attributes = new ShownAttributes(start.TransactionId, start.Merchant, start.Customer, Amount, start.Region);
    }

    /// <summary>Runs the steps of this refund.</summary>
    public StepRunner Steps { get; }

    /// <summary>The state as last recorded or about to be.</summary>
    public RefundView View { get; private set; }

    /// <summary>The state that the row has, and so the one a caller may be told.</summary>
    public RefundView? Recorded { get; private set; }

    public OperatorHold Holds { get; }

    /// <summary>Until when the refund waits for somebody outside before it looks again, as people are told; null when it does not.</summary>
    public DateTimeOffset? WaitsUntil { get; set; }

    public Money Amount => new(View.Amount, start.Currency);

    /// <summary>Notes what became of a step; kept in the order of the steps.</summary>
    public void Note(RefundStep step, StepStatus status, string? reference = null, bool triedAgain = false)
    {
        var before = View.Steps.FirstOrDefault(one => one.Name == step);
        var tries = (before?.Attempts ?? 0) + (before is null || triedAgain ? 1 : 0);
        var now = new RefundStepRecord(step, status, tries, Workflow.UtcNow, reference ?? before?.Reference);
        View = View with { Steps = [.. View.Steps.Where(one => one.Name != step).Append(now).OrderBy(one => one.Name)] };
        ShowDetails();
    }

    public StepStatus? StatusOf(RefundStep step) => View.Steps.FirstOrDefault(one => one.Name == step)?.Status;

    /// <summary>Remembers the provider's refund.</summary>
    public void Know(string? providerRefundId) => View = View with { ProviderRefundId = providerRefundId ?? View.ProviderRefundId };

    /// <summary>From here on it is known to have failed; the row says so with what comes next.</summary>
    public void Fail(string code, string message) =>
        View = View with { Status = RefundStatus.Processing, Failure = new RefundFailure(code, message), CompletedAt = null };

    /// <summary>Writes a step forward: the new state, what changes the books, and the notice to the app backend. One after another.</summary>
    /// <exception cref="RefundSettledException">The row had ended otherwise.</exception>
    public async Task RecordAsync(Func<RefundView, RefundView> change, string? notice, params IReadOnlyList<LedgerFact> facts)
    {
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

        if (stage != View.Status)
        {
            attributes.ShowStage($"refund_{HoldRules.Name(View.Status)}", View.Failure?.Code);
        }

        ShowDetails();
    }

    /// <summary>The row was found as it is: nothing to write.</summary>
    public void AlreadyRecorded()
    {
        Recorded = View;
        ShowDetails();
    }

    /// <summary>Shows the refund as it stands in the Web UI; no step.</summary>
    public void ShowDetails() => Workflow.CurrentDetails = RefundDetails.Render(start, View, WaitsUntil, Holds.All, Holds.Acts);

    private async Task WriteUntilHeldAsync(Func<RefundView, RefundView> change, string? notice, IReadOnlyList<LedgerFact> facts)
    {
        while (true)
        {
            View = change(View) with { Held = Holds.Current, Revision = View.Revision + 1 };
            var written = View;
            var recorded = await WriteAsync(written, notice, facts);
            if (recorded.Revision == written.Revision && recorded.Status == written.Status)
            {
                View = View with { AmountOfSale = recorded.AmountOfSale, AmountTax = recorded.AmountTax, Taxes = recorded.Taxes };
                Recorded = written with { AmountOfSale = recorded.AmountOfSale, AmountTax = recorded.AmountTax, Taxes = recorded.Taxes };
                return;
            }

            if (recorded.Status.IsFinal() && recorded.Revision >= written.Revision)
            {
                throw new RefundSettledException(recorded.Status);
            }

            // Written over what a lost task left, under a number that comes after it.
            View = View with { Revision = recorded.Revision };
        }
    }

    private Task<RefundRecorded> WriteAsync(RefundView written, string? notice, IReadOnlyList<LedgerFact> facts)
    {
        var record = new RefundRecord
        {
            RefundId = start.RefundId,
            CheckoutId = start.CheckoutId,
            TransactionId = start.TransactionId,
            Merchant = start.Merchant,
            View = written,
            Facts = facts,
            Notice = notice,
        };
        return Steps.RunAsync(ActivityProfiles.Rows, (IRefundActivities activities) => activities.RecordAsync(record), $"record {HoldRules.Name(written.Status)}");
    }

    private Task AuditAsync(AuditLine line) =>
        Steps.RunAsync<ICheckoutActivities>(ActivityProfiles.Rows, activities => activities.AuditAsync(line), line.Event);

    private async Task PublishHoldAsync()
    {
        var held = Holds.Current;
        attributes.ShowAttention(held is not null);

        await RecordAsync(view => view, OperatorHold.IsNews(View.Held, held) ? "refund.held" : null);
    }
}
