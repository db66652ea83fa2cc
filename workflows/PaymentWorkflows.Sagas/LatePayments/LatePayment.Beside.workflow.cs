using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.LatePayments;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Converters;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.LatePayments;

/// <summary>
/// A second payment beside the one that the checkout took. The row is the other's, so that no refund of this product's counts on it: it goes
/// back at the provider whole, and is in the books as given back once the customer has it. What the provider refuses is held for a person.
/// </summary>
public sealed partial class LatePaymentWorkflow
{
    private const string BesideNext = "The customer has paid twice; this payment goes back at the provider by itself";

    private readonly ActLog acts = new();
    private readonly ActIntake intake = new();
    private OperatorHold? holds;
    private Money outside;

    /// <summary>A person's act, taken as it was sent: one that cannot be read is refused in view and not dropped.</summary>
    [WorkflowSignal(HoldNames.Signal, Description = "A person's act on a hold; the current details have the input to send.")]
    public Task InterveneAsync(IRawValue? act = null, IRawValue? more = null) => intake.TakeAsync(SentActReader.Read(act, more));

    /// <summary>What callers compile against; they send what the method above reads.</summary>
    Task ILatePaymentWorkflow.InterveneAsync(Intervention intervention) => intake.TakeAsync(new SentAct(intervention));

    [WorkflowQuery(HoldNames.Query)]
    public HoldsView Holds() => acts.View(holds?.All);

    /// <summary>Gives it back, and says whether the customer has it.</summary>
    private async Task<bool> GiveBackBesideAsync(ProviderPayment money, long paidOutside)
    {
        holds = new OperatorHold(input.TransactionId, input.Policies.HoldDeadline, PublishHoldAsync, AuditAsync, acts: acts, show: ShowDetails);
        await intake.OpenAsync(holds);
        Show(view with { Status = LatePaymentStatus.Refunding });
        outside = new Money(paidOutside, money.Captured.Currency);
        var isBack = await GiveBackRestAsync(money, Left(money));
        while (isBack && events.HasNews)
        {
            // It may have come back while the last entries were written.
            isBack = await GiveBackRestAsync(money, await LeftNowAsync());
        }

        return isBack;
    }

    private async Task<bool> GiveBackRestAsync(ProviderPayment money, Money left)
    {
        for (var number = 1; left.Minor > 0; number++)
        {
            var (asked, reference) = (left, $"{Workflow.Info.WorkflowId}:refund:{left.Minor}:{number}");
            var decision = await SettleAsync(asked, number);
            left = await LeftNowAsync();
            if (decision is RefundDecision.Succeeded)
            {
                // A run after this one meets the same attempt, and books it and its return under the same references.
                await BookBesideAsync(money, new LedgerFact.RefundIssued(reference, Workflow.UtcNow, money.Provider, asked) { OfPayable = true });
            }

            if (left.Minor <= 0)
            {
                break;
            }

            if (decision is RefundDecision.Succeeded)
            {
                await BookBesideAsync(money, new LedgerFact.RefundReturned($"{reference}:returned", Workflow.UtcNow, money.Provider, asked));
            }

            var decided = await HoldBesideAsync(money, decision, left);
            left = await LeftNowAsync();
            if (decided is { Action: HoldAction.Skip } && left.Minor > 0)
            {
                await BookReturnedInAllAsync(money, left);
                return false;
            }
        }

        await BookReturnedInAllAsync(money, left);
        return true;
    }

    /// <summary>One attempt until it is known what became of it. The provider counts what is only under way as given back already.</summary>
    private async Task<RefundDecision> SettleAsync(Money amount, int number)
    {
        for (var look = 0; ; look++)
        {
            events.BeginLook();
            var decision = RefundDecider.AfterAnswer(amount, await RefundAtProviderAsync(amount, number));
            if (decision is not (RefundDecision.AwaitProvider or RefundDecision.Resolve or RefundDecision.SendAgain))
            {
                return decision;
            }

            SayTrouble(look, decision is RefundDecision.Resolve unknown ? unknown.Message : "The provider has not given it back yet.");
            await PauseAsync(look);
        }
    }

    private Task PauseAsync(int look) =>
        Workflow.WaitConditionAsync(() => events.HasNews, Pauses[Math.Min(look, Pauses.Length - 1)], CancellationToken.None);

    private async Task<Money> LeftNowAsync()
    {
        for (var look = 0; ; look++)
        {
            events.BeginLook();
            if ((await ReadAsync()).Facts is { } seen)
            {
                return Left(seen);
            }

            await PauseAsync(look);
        }
    }

    /// <summary>What the customer is still to get: what the provider has, without what a person paid another way.</summary>
    private Money Left(ProviderPayment seen) => seen.Captured - (seen.Refunded ?? Money.Zero(seen.Captured.Currency)) - outside;

    /// <summary>Waits for a person, or until the provider has given it back. Null: another attempt, or a look at what there is now.</summary>
    private async Task<HoldDecision?> HoldBesideAsync(ProviderPayment money, RefundDecision decision, Money left)
    {
        var message = decision switch
        {
            RefundDecision.Failed failed => failed.Message,
            RefundDecision.Hold hold => hold.Message,
            RefundDecision.Succeeded => "It came back after it had succeeded.",
            _ => throw new InvalidOperationException($"A second payment's refund ended as {decision}."),
        };
        string Why() => left.Minor > 0
            ? $"The customer has paid twice, and the provider does not give {left} of {input.PaymentId} back: {message}"
            : $"The customer had paid twice, and the provider has given {input.PaymentId} back: {message}";
        async Task<string?> LookAsync()
        {
            left = await LeftNowAsync();
            return left.Minor > 0 ? Why() : null;
        }

        while (true)
        {
            var decided = await holds!.WaitAsync("refund", HoldReason.RefundFailed, Why(), watch: left.Minor > 0 ? new HoldWatch(() => events.HasNews, LookAsync) : null);
            if (decided is not { Action: HoldAction.MarkSucceeded, Evidence: { } evidence } || !OutsidePayment.Is(evidence))
            {
                return decided is { Action: HoldAction.Skip } ? decided : null;
            }

            var named = left;
            left = await LeftNowAsync();
            if (left.Minor <= 0 && named.Minor <= 0)
            {
                return null;
            }

            if (left == named)
            {
                outside += left;
                await BookBesideAsync(money, new LedgerFact.RefundPaidOutside(LedgerReferences.PaidOutside(input.PaymentId, outside), Workflow.UtcNow, left));
                return null;
            }

            // What the person saw is not what there is: the transfer may be too much, and only they know what it was.
            message = $"{evidence} was told of when {named} was left, and is not in the books. "
                + (left.Minor > 0 ? $"Tell of it again if it was {left}; else what came on top is theirs to give back." : "It came on top, and is theirs to give back; `retry` ends this.");
        }
    }

    /// <summary>What a person gave back at the provider, and what of it came back, is in the books, too.</summary>
    private Task BookReturnedInAllAsync(ProviderPayment money, Money left)
    {
        var returned = money.Captured - outside - left;
        return RecordAsync(Record(money, []) with { Beside = true, ReturnedInAll = returned.Minor }, $"book the return of {returned}");
    }

    private Task BookBesideAsync(ProviderPayment money, LedgerFact fact) => RecordAsync(Record(money, [fact]) with { Beside = true }, $"book the return of {money.Captured}");

    private Task<MoneyVerdict> RefundAtProviderAsync(Money amount, int number)
    {
        var id = Workflow.Info.WorkflowId;
        var request = new RefundRequest
        {
            // The amount is in the key: a run after this one may find another left.
            Key = AttemptKey.Of(id, $"refund_{amount.Minor}", number),
            TransactionId = input.TransactionId,
            WorkflowId = id,
            PaymentId = input.PaymentId,
            Amount = amount,
            Reason = RefundReason.Duplicate,
            Metadata = new Dictionary<string, string> { ["checkout_id"] = input.CheckoutId.Value },
        };
        return steps.RunAsync(ActivityProfiles.Money, (IPaymentActivities activities) => activities.RefundAsync(request), $"give {amount} back");
    }

    private Task PublishHoldAsync()
    {
        Show(view, trouble);
        return Task.CompletedTask;
    }

    private Task AuditAsync(AuditLine line) =>
        steps.RunAsync<ICheckoutActivities>(ActivityProfiles.Rows, activities => activities.AuditAsync(line), line.Event);
}
