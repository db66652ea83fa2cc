using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>The steps that keep a refund's row, reservation, books and notices.</summary>
public sealed class RefundActivities(
    IRefundStore store, ICheckoutStore checkouts, IPaymentProvider provider, IRefundBoard board, RefundDefaults defaults, TimeProvider clock) : IRefundActivities
{
    [Activity("begin_refund")]
    public async Task<RefundStart> BeginAsync(RefundInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        var now = clock.GetUtcNow();
        var refund = await store.FindAsync(input.RefundId, cancellation) ?? await ReserveAsync(input, now, cancellation);
        if (refund.CheckoutId != input.CheckoutId || (input.Amount is { } amount && amount != refund.View.Amount))
        {
            throw Invalid("refund_exists", $"Refund {input.RefundId} exists over another amount or checkout.");
        }

        if (refund.StartedAt is null)
        {
            await store.MarkStartedAsync(refund.Id, now, cancellation);
        }

        return await StartAsync(refund, cancellation);
    }

    [Activity("record_refund")]
    public async Task<RefundRecorded> RecordAsync(RefundRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            var recorded = await store.RecordAsync(record, clock.GetUtcNow(), ActivityExecutionContext.Current.CancellationToken);
            if (recorded.Revision == record.View.Revision)
            {
                board.Announce(record.RefundId, record.View);
            }

            return recorded;
        }
        catch (LedgerConflictException conflict)
        {
            throw new ApplicationFailureException(conflict.Message, conflict, ErrorTypes.LedgerConflict, nonRetryable: true);
        }
    }

    [Activity("read_refund_totals")]
    public async Task<RefundTotals> TotalsAsync(RefundTotalsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await store.TotalsAsync(request.CheckoutId, ActivityExecutionContext.Current.CancellationToken) ?? throw NoCheckout(request.CheckoutId.Value);
    }

    [Activity("check_refund_evidence")]
    public async Task<MoneyVerdict> CheckEvidenceAsync(RefundEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        CallPriorities.Use(CallPriority.Refund);
        MoneyVerdict now;
        try
        {
            now = AnswerCheck.OfRefund(evidence.Amount, await provider.ReadRefundAsync(evidence.Evidence, cancellation));
        }
        catch (ProviderBusyException busy)
        {
            throw busy.ToFailure();
        }

        if (now is not MoneyVerdict.Succeeded { Payment: var seen })
        {
            return now;
        }

        var owner = await store.FindByProviderAsync(evidence.Evidence, cancellation);
        return (seen.Id == evidence.PaymentId, owner is null || owner.Id == evidence.RefundId) switch
        {
            (false, _) => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Refund {evidence.Evidence} belongs to another payment."),
            (_, false) => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Refund {evidence.Evidence} belongs to {owner!.Id}."),
            _ => now,
        };
    }

    /// <summary>A caller who started the workflow directly gets the row that the Gateway would have written.</summary>
    private async Task<StoredRefund> ReserveAsync(RefundInput input, DateTimeOffset now, CancellationToken cancellationToken) =>
        await store.CreateAsync(new NewRefund(input, defaults, now), claim: null, cancellationToken) switch
        {
            CreateRefundOutcome.Created created => created.Refund,
            CreateRefundOutcome.Existing existing => existing.Refund,
            CreateRefundOutcome.NoCheckout => throw NoCheckout(input.CheckoutId.Value),
            CreateRefundOutcome.Refused refused => throw Invalid(HoldRules.Name(refused.Problem.Kind), refused.Problem.Message, refused.Problem.Available),
            var outcome => throw new InvalidOperationException($"A refund without an idempotency key came to {outcome}."),
        };

    private async Task<RefundStart> StartAsync(StoredRefund refund, CancellationToken cancellationToken)
    {
        var checkout = await checkouts.FindAsync(refund.CheckoutId, cancellationToken) ?? throw NoCheckout(refund.CheckoutId.Value);
        return new RefundStart
        {
            RefundId = refund.Id,
            CheckoutId = refund.CheckoutId,
            TransactionId = refund.TransactionId,
            Merchant = refund.Merchant,
            Order = checkout.Input.Order,
            Customer = refund.Customer,
            Currency = refund.Currency,
            Region = checkout.Input.Region,
            Payment = checkout.View.Payment ?? throw new InvalidOperationException($"Refund {refund.Id} was reserved for a checkout without a payment."),
            IsTaxed = checkout.View.Tax is not null,
            Placement = refund.Input.Placement ?? Placement.Lean,
            Policies = refund.Input.Policies ?? throw new InvalidOperationException($"Refund {refund.Id} was stored without policies."),
            View = refund.View,
        };
    }

    private static ApplicationFailureException NoCheckout(string id) => Invalid("no_checkout", $"There is no checkout {id}.");

    private static ApplicationFailureException Invalid(string code, string message, long? available = null) =>
        new(message, ErrorTypes.InvalidRefund, nonRetryable: true, details: [code, available]);
}
