using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.LatePayments;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Payments;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.LatePayments;

/// <summary>
/// A slip that was paid after its expiry, a bank debit that came through after its checkout was canceled: the money is booked as owed to
/// the customer and given back by a refund, which holds for a person where the method knows none.
/// </summary>
[Workflow("LatePayment")]
public sealed partial class LatePaymentWorkflow : ILatePaymentWorkflow
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)];

    /// <summary>After so many looks in vain somebody should see to it; the looking goes on.</summary>
    private const int LooksInVain = 4;

    private readonly LatePaymentInput input;
    private readonly StepRunner steps;
    private readonly ProviderEvents events = new();
    private LatePaymentView view = new() { Status = LatePaymentStatus.Looking };
    private string? trouble;

    [WorkflowInit]
    public LatePaymentWorkflow(LatePaymentInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        this.input = input;
        steps = new StepRunner(input.Placement);
    }

    [WorkflowRun]
    public async Task<LatePaymentView> RunAsync(LatePaymentInput input)
    {
        Show(view);
        if (await FindMoneyAsync() is not { } money)
        {
            Show(view with { Status = LatePaymentStatus.NothingTaken });
            return view;
        }

        if (await BookAsync(money) is { Beside: true } second)
        {
            view = view with { Amount = money.Captured };
            Show(view with { Status = await GiveBackBesideAsync(money, second.PaidOutside) ? LatePaymentStatus.Refunded : LatePaymentStatus.Owed });
            return view;
        }

        if (money.Refunded == money.Captured)
        {
            Show(view with { Status = LatePaymentStatus.Refunded, Amount = money.Captured });
            return view;
        }

        view = view with { Amount = money.Captured };
        Show(view with { Status = await GiveBackAsync(money.Captured) ? LatePaymentStatus.Refunded : LatePaymentStatus.Owed });
        return view;
    }

    /// <summary>
    /// Gives it back, and says whether the customer has it. A merchant may order a refund of the same money meanwhile: then that one is
    /// waited for, and what it leaves is given back by another.
    /// </summary>
    private async Task<bool> GiveBackAsync(Money amount)
    {
        for (var look = 0; ; look++)
        {
            var refund = RefundId.Parse("ref_" + IdText.Of(Workflow.NewGuid()));
            Show(view with { Status = LatePaymentStatus.Refunding, Refund = refund });
            try
            {
                return (await RefundAsync(refund)).View.Status == RefundStatus.Succeeded;
            }
            catch (ChildWorkflowFailureException refused)
            {
                // What a person had given back at the provider is refused to every refund, so none will ever bring it.
                var totals = await TotalsAsync();
                if (totals.Refunded + totals.RefundedOutside >= amount.Minor)
                {
                    return true;
                }

                SayTrouble(look, (refused.InnerException ?? refused).Message);
            }

            await Workflow.DelayAsync(Pauses[Math.Min(look, Pauses.Length - 1)], CancellationToken.None);
        }
    }

    private Task<RefundTotals> TotalsAsync()
    {
        var request = new RefundTotalsRequest(input.CheckoutId, input.TransactionId);
        return steps.RunAsync(ActivityProfiles.Rows, (IRefundActivities activities) => activities.TotalsAsync(request), "read the refunds");
    }

    private void SayTrouble(int look, string message)
    {
        if (look >= LooksInVain && message != trouble)
        {
            Show(view, message);
        }
    }

    [WorkflowSignal("provider_event")]
    public Task ProviderEventAsync(ProviderEventSignal signal)
    {
        if (signal is not null)
        {
            events.Take(signal);
        }

        return Task.CompletedTask;
    }

    [WorkflowQuery("view")]
    public LatePaymentView View() => view;

    /// <summary>Asks until it is known what the provider has; a reservation is let go. Null: there is no money.</summary>
    private async Task<ProviderPayment?> FindMoneyAsync()
    {
        for (var look = 0; ; look++)
        {
            events.BeginLook();
            var seen = await ReadAsync();
            switch (LatePaymentDecider.After(seen))
            {
                case LatePaymentStep.GiveBack:
                    return seen.Facts;
                case LatePaymentStep.End:
                    return null;
                case LatePaymentStep.Release:
                    await ReleaseAsync(seen.Facts!);
                    break;
            }

            SayTrouble(look, seen switch
            {
                MoneyVerdict.NotAttempted refused => refused.Message,
                MoneyVerdict.Unknown unknown => unknown.Message,
                _ => "The provider has not finished with the payment.",
            });

            await Workflow.WaitConditionAsync(() => events.HasNews, Pauses[Math.Min(look, Pauses.Length - 1)], CancellationToken.None);
        }
    }

    private Task<MoneyVerdict> ReadAsync()
    {
        var request = new ReadPaymentRequest(input.PaymentId, input.TransactionId);
        return steps.RunAsync(ActivityProfiles.Money, (IPaymentActivities activities) => activities.ReadAsync(request), "read the payment");
    }

    /// <summary>One try; what came of it is seen by the next look.</summary>
    private Task<MoneyVerdict> ReleaseAsync(ProviderPayment reserved)
    {
        var id = Workflow.Info.WorkflowId;
        var request = new UndoRequest
        {
            Key = AttemptKey.Of(id, "release", 1),
            TransactionId = input.TransactionId,
            WorkflowId = id,
            PaymentId = reserved.Id,
            OriginalKey = AttemptKey.Of(id, "release", 1),
            Reason = "The checkout had ended.",
        };
        return steps.RunAsync(ActivityProfiles.Money, (IPaymentActivities activities) => activities.UndoAsync(request), "let the reservation go");
    }

    /// <summary>The books show what is owed, and what a person at the provider has given back already.</summary>
    private Task<LatePaymentRecorded?> BookAsync(ProviderPayment money)
    {
        var id = Workflow.Info.WorkflowId;
        var now = Workflow.UtcNow;
        return RecordAsync(
            Record(
                money,
                [
                    new LedgerFact.LatePaymentReceived(id, now, money.Provider, money.Captured, money.Fee),
                    .. money.Refunded is { Minor: > 0 } back ? [GivenBack(money, back)] : Array.Empty<LedgerFact>(),
                ]),
            $"book {money.Captured}");
    }

    private LatePaymentRecord Record(ProviderPayment money, IReadOnlyList<LedgerFact> facts) =>
        new() { CheckoutId = input.CheckoutId, TransactionId = input.TransactionId, Payment = money, Facts = facts };

    private static LedgerFact.RefundIssued GivenBack(ProviderPayment money, Money back) =>
        new($"{Workflow.Info.WorkflowId}:refunded", Workflow.UtcNow, money.Provider, back) { OfPayable = true };

    private Task<LatePaymentRecorded?> RecordAsync(LatePaymentRecord record, string summary) =>
        steps.RunAsync(ActivityProfiles.Rows, (ILatePaymentActivities activities) => activities.RecordAsync(record), summary);

    private Task<RefundResult> RefundAsync(RefundId refund)
    {
        var order = new RefundInput
        {
            RefundId = refund,
            CheckoutId = input.CheckoutId,
            Reason = RefundReason.Other,
            Origin = RefundOrigin.LatePayment,
            TransactionId = input.TransactionId,
            Placement = input.Placement,
            Policies = input.Policies,
        };
        return Workflow.ExecuteChildWorkflowAsync(
            (IRefundWorkflow workflow) => workflow.RunAsync(order),
            new ChildWorkflowOptions
            {
                Id = WorkflowIds.Refund(refund),
                TaskQueue = TaskQueues.Refunds,
                ParentClosePolicy = ParentClosePolicy.Abandon,

                // It is in the books as owed: whoever cancels this workflow, the customer gets it back.
                CancellationToken = CancellationToken.None,
                StaticSummary = $"{view.Amount}, paid late",
            });
    }

    private void Show(LatePaymentView now, string? inVain = null)
    {
        view = now;
        trouble = inVain;
        Workflow.UpsertTypedSearchAttributes(
            SearchAttributes.PaymentStage.ValueSet($"late_{HoldRules.Name(view.Status)}"), SearchAttributes.NeedsAttention.ValueSet(trouble is not null || holds?.Current is not null));
        ShowDetails();
    }

    /// <summary>Shows it as it stands in the Web UI; no step.</summary>
    private void ShowDetails()
    {
        var title = $"{HoldRules.Name(view.Status)} - {(view.Amount is { } amount ? amount.ToString() : "amount not known yet")}, payment {input.PaymentId}";
        Workflow.CurrentDetails = holds is not null
            ? new SagaDetails { Title = title, Next = BesideNext, Steps = [], Holds = holds.All, Acts = acts }.Render()
            : $"**{title}**\n\n"
                + (view.Refund is { } refund ? $"Given back by `{WorkflowIds.Refund(refund)}`: see there when it is held." : "The checkout had ended when the provider told of this payment.")
                + (trouble is null ? "" : $"\n\nIn vain so far, and tried again: {trouble}");
    }
}
