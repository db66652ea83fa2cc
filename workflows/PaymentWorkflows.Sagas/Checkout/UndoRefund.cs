using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Compensation;
using PaymentWorkflows.Sagas.Refunds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>
/// The refunds that a checkout starts to undo itself: children with a row and a reservation like any other, named by the checkout and how
/// often a person tried again, so that a run that is repeated meets the same ones.
/// </summary>
internal sealed class UndoRefund(CheckoutStart start, CheckoutProgress progress, IReadOnlyDictionary<RefundId, RefundView> outcomes)
{
    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)];

    private int number = 1;

    /// <summary>What a person says of how the customer got the money; the next refund takes it instead of asking the provider for one.</summary>
    public string? Evidence { private get; set; }

    /// <summary>The entry that the refund made in the books; null while there is none.</summary>
    public string? BookReference { get; private set; }

    /// <summary>The provider's id of the refund; null while there is none, or when the customer was paid another way.</summary>
    public string? ProviderRefundId { get; private set; }

    /// <summary>Whether the last one was refused before anything was reserved, for others had it by then: what they leave may be asked for.</summary>
    public bool WasRefused { get; private set; }

    private RefundId Id => RefundId.Parse($"ref_{start.CheckoutId.Value["chk_".Length..]}_undo{number}");

    /// <summary>A payment by the bank that a person told of and no refund took; told once.</summary>
    public string? TakeUnusedPayment()
    {
        var unused = OutsidePayment.Is(Evidence) ? Evidence : null;
        Evidence = null;
        return unused;
    }

    /// <summary>Gives the amount back and waits for the outcome; null when it is back, otherwise why not.</summary>
    public async Task<UndoResult.Stuck?> RunAsync(Money amount)
    {
        RefundView view;
        var evidence = Evidence;
        Evidence = null;
        WasRefused = false;
        try
        {
            view = await OutcomeAsync(Id, amount, evidence);
        }
        catch (ChildWorkflowFailureException failed)
        {
            // Refused before anything was reserved under this name. Of any other end nobody knows, so the same refund is asked again.
            var refused = failed.InnerException is ApplicationFailureException { ErrorType: ErrorTypes.InvalidRefund };
            number += refused ? 1 : 0;

            // A person's word was for what they saw: no other refund takes its place before they have seen what there is now.
            WasRefused = refused && evidence is null;
            if (refused && OutsidePayment.Is(evidence))
            {
                Evidence = evidence;
                return Failed($"{failed.InnerException!.Message} {evidence} is not in the books yet: `retry` books it for what is left.");
            }

            return Failed((failed.InnerException ?? failed).Message);
        }

        if (view.Status == RefundStatus.Succeeded)
        {
            BookReference = view.PaidOutside is null ? RefundReferences.Issued(Id, view.Attempt) : RefundReferences.PaidOutside(Id, view.Attempt);
            ProviderRefundId = view.ProviderRefundId;
            number++;
            return null;
        }

        // This one has ended for good; what a person tries again is another refund.
        number++;
        return Failed(view.Failure is { } failure ? $"{failure.Code}: {failure.Message}" : "The refund failed.");
    }

    private static UndoResult.Stuck Failed(string why) => new(why, HoldReason.RefundFailed);

    /// <summary>How this checkout's refunds stand.</summary>
    public Task<RefundTotals> TotalsAsync()
    {
        var request = new RefundTotalsRequest(start.CheckoutId, start.TransactionId);
        return progress.Steps.RunAsync(ActivityProfiles.Rows, (IRefundActivities activities) => activities.TotalsAsync(request), "read the refunds");
    }

    private async Task<RefundView> OutcomeAsync(RefundId id, Money amount, string? evidence)
    {
        for (var look = 0; ; look++)
        {
            try
            {
                var child = await StartAsync(id, amount, evidence);
                var ended = child.GetResultAsync();
                await Workflow.WaitConditionAsync(() => ended.IsCompleted || outcomes.ContainsKey(id), CancellationToken.None);
                return ended.IsCompleted ? (await ended).View : outcomes[id];
            }
            catch (WorkflowAlreadyStartedException)
            {
                // An earlier run's: it tells this run, and once it has ended, a run of the same refund only tells how.
                await Workflow.WaitConditionAsync(() => IsTold(id, amount), Waits[Math.Min(look, Waits.Length - 1)], CancellationToken.None);
                if (IsTold(id, amount))
                {
                    return outcomes[id];
                }
            }
        }
    }

    private bool IsTold(RefundId id, Money amount) => outcomes.TryGetValue(id, out var told) && told.Amount == amount.Minor;

    private Task<ChildWorkflowHandle<IRefundWorkflow, RefundResult>> StartAsync(RefundId id, Money amount, string? evidence)
    {
        var input = new RefundInput
        {
            RefundId = id,
            CheckoutId = start.CheckoutId,
            Amount = amount.Minor,
            Currency = amount.Currency == progress.Amount.Currency ? null : amount.Currency,
            Reason = RefundReason.RequestedByCustomer,
            Origin = RefundOrigin.Compensation,
            Evidence = evidence,
            TransactionId = start.TransactionId,
            Placement = start.Placement,
            Policies = new RefundPolicies(start.Policies.UnknownDeadline, start.Policies.HoldDeadline) { Erp = start.Policies.Erp == true },
        };
        return Workflow.StartChildWorkflowAsync(
            (IRefundWorkflow workflow) => workflow.RunAsync(input),
            new ChildWorkflowOptions
            {
                Id = WorkflowIds.Refund(id),
                TaskQueue = TaskQueues.Refunds,
                ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy.Abandon,
                IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
                StaticSummary = $"refund of {start.CheckoutId}: undone",
                CancellationToken = CancellationToken.None,
            });
    }
}
