using Microsoft.Extensions.Logging;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Limits;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>The money steps, over whichever provider is registered.</summary>
public sealed partial class PaymentActivities(
    IPaymentProvider provider, ICustomerDirectory customers, AttemptRunner runner, PaymentUndo undo, ILogger<PaymentActivities> logger) : IPaymentActivities
{
    [Activity("authorize_payment")]
    public Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request) => GuardAsync(cancellation => runner.RunAsync(
        request,
        "authorize",
        provider,
        async key => AnswerCheck.OfNewAuthorization(request.Amount, request.CaptureAtOnce, await SendAsync(request, key, cancellation)),
        async attempt => AnswerCheck.OfAuthorization(request.Amount, request.CaptureAtOnce, await FindPaymentAsync(request, attempt, cancellation)),
        cancellation));

    [Activity("capture_payment")]
    public Task<MoneyVerdict> CaptureAsync(CaptureRequest request) => GuardAsync(cancellation => runner.RunAsync(
        request,
        "capture",
        provider,
        async key => AnswerCheck.OfCapture(request.Amount, await CaptureAsync(request, key, cancellation)),
        async _ => AnswerCheck.OfCapture(request.Amount, await FindCaptureAsync(request.PaymentId, cancellation)),
        cancellation));

    [Activity("undo_payment")]
    public Task<MoneyVerdict> UndoAsync(UndoRequest request) => GuardAsync(cancellation => runner.RunAsync(
        request,
        "undo",
        provider,
        key => undo.UndoAsync(request, key, cancellation),
        _ => undo.FindAsync(request, cancellation),
        cancellation));

    [Activity("refund_payment")]
    public Task<MoneyVerdict> RefundAsync(RefundRequest request) => GuardAsync(cancellation =>
    {
        CallPriorities.Use(CallPriority.Refund);
        var order = new RefundOrder(request.PaymentId, request.Amount, request.Key, request.TransactionId, request.WorkflowId) { Reason = request.Reason, Metadata = request.Metadata };
        return runner.RunAsync(
            request,
            "refund",
            provider,
            async key => RefundDecider.Final(AnswerCheck.OfRefund(request.Amount, await provider.RefundAsync(order, key, cancellation))),
            async attempt => Ended(AnswerCheck.OfRefund(request.Amount, await FindRefundAsync(request, attempt, cancellation))),
            cancellation);
    });

    [Activity("read_refund")]
    public Task<MoneyVerdict> ReadRefundAsync(ReadRefundRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return GuardAsync(cancellation =>
        {
            CallPriorities.Use(CallPriority.Refund);
            return provider.ReadRefundAsync(request.ProviderRefundId, cancellation);
        });
    }

    [Activity("read_payment")]
    public Task<MoneyVerdict> ReadAsync(ReadPaymentRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return GuardAsync(cancellation => provider.ReadAsync(request.PaymentId, cancellation));
    }

    /// <summary>The person is read last and only for methods that ask who pays: it costs a query, and what is not read cannot leak.</summary>
    private async Task<MoneyVerdict> SendAsync(AuthorizeRequest request, string key, CancellationToken cancellationToken)
    {
        var payer = request.Customer is { } customer && AsksWhoPays(request) ? await customers.FindAsync(request.Merchant, customer, cancellationToken) : null;
        return await provider.AuthorizeAsync(request, payer, key, cancellationToken);
    }

    /// <summary>A token stands for the person too, unless a mandate or a field of the person goes with it.</summary>
    private static bool AsksWhoPays(AuthorizeRequest request) => request.PaymentMethodToken is null
        || request.Method is { Flow: PaymentFlow.BankDebit }
        || request.Method?.Fields.Any(field => RequestFields.IsPersonal(field.Source)) == true;

    /// <summary>By the id we know, else by the attempt key: a read by id is never behind, a search may be.</summary>
    private Task<MoneyVerdict> FindPaymentAsync(AuthorizeRequest request, PaymentAttempt attempt, CancellationToken cancellationToken) =>
        (request.Evidence, attempt.Verdict) switch
        {
            ({ } evidence, _) => CheckEvidenceAsync(evidence, request.Key, cancellationToken),
            (_, MoneyVerdict.Pending or MoneyVerdict.Unknown { Payment: not null }) => provider.ReadAsync(attempt.Verdict.Facts!.Id, cancellationToken),
            _ => PaymentLookUp.FindAsync(provider, request.SeenPaymentId, request.Key, cancellationToken),
        };

    /// <summary>A reservation that cannot be captured may have ended in this moment, or have been captured by a person there.</summary>
    private async Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string key, CancellationToken cancellationToken)
    {
        var captured = await provider.CaptureAsync(request, key, cancellationToken);
        return captured is MoneyVerdict.NotAttempted { Cause: RefusalCause.State }
            && await provider.ReadAsync(request.PaymentId, cancellationToken) is MoneyVerdict.Succeeded { Payment.State: PaymentState.Canceled or PaymentState.Captured } ended
            ? ended
            : captured;
    }

    /// <summary>Whether the reservation was taken; a payment that is still reserved shows that no capture happened.</summary>
    private async Task<MoneyVerdict> FindCaptureAsync(string paymentId, CancellationToken cancellationToken)
    {
        var now = await provider.ReadAsync(paymentId, cancellationToken);
        return now is MoneyVerdict.Succeeded { Payment.State: PaymentState.Authorized }
            ? new MoneyVerdict.NotAttempted(RefusalCause.Absent, "not_captured", "The payment is authorized and not captured.")
            : now;
    }

    /// <summary>A refund that a look-up finds failed ends the attempt; a look-up that is refused says nothing of it.</summary>
    private static MoneyVerdict Ended(MoneyVerdict found) => found is MoneyVerdict.NotAttempted { Cause: RefusalCause.State } ? RefundDecider.Final(found) : found;

    /// <summary>By the id we know, else by the attempt key. A refund that the provider gave an id does not become absent.</summary>
    private async Task<MoneyVerdict> FindRefundAsync(RefundRequest request, PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        if ((request.Evidence ?? attempt.Verdict?.Facts?.RefundId) is not { } id)
        {
            return await provider.FindRefundAsync(request.PaymentId, request.Key, cancellationToken);
        }

        var now = await provider.ReadRefundAsync(id, cancellationToken);
        return now switch
        {
            MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent or RefusalCause.Request } => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"The provider knows no refund {id}."),
            _ when now.Facts is { } seen && seen.AttemptKey != request.Key.Value => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Refund {id} belongs to another attempt."),
            _ => now,
        };
    }

    /// <summary>A person's evidence counts when the payment carries this attempt's key.</summary>
    private async Task<MoneyVerdict> CheckEvidenceAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken)
    {
        var now = await provider.ReadAsync(paymentId, cancellationToken);
        var seen = now.Facts;
        return now switch
        {
            MoneyVerdict.NotAttempted { Cause: RefusalCause.Absent } => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"The provider knows no payment {paymentId}."),
            _ when seen is not null && seen.AttemptKey != key.Value => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Payment {paymentId} belongs to another attempt."),
            _ => now,
        };
    }

    /// <summary>Maps what infrastructure throws to typed failures, in one place.</summary>
    private async Task<MoneyVerdict> GuardAsync(Func<CancellationToken, Task<MoneyVerdict>> step)
    {
        try
        {
            var verdict = await step(ActivityExecutionContext.Current.CancellationToken);
            LogVerdict(ActivityExecutionContext.Current.Info.ActivityType, Describe(verdict), verdict.Facts?.Id);
            return verdict;
        }
        catch (ProviderBusyException busy)
        {
            throw busy.ToFailure();
        }
        catch (AttemptKeyReusedException reused)
        {
            throw new ApplicationFailureException(reused.Message, reused, ErrorTypes.AttemptKeyReused, nonRetryable: true);
        }
    }

    private static string Describe(MoneyVerdict verdict) => verdict.Match(
        succeeded => $"succeeded: {HoldRules.Name(succeeded.Payment.State)}",
        declined => $"declined: {declined.Decline.Code}",
        pending => pending.Action is null ? "pending" : $"pending: {pending.Action.Type}",
        refused => $"not attempted: {refused.Code}",
        unknown => $"unknown: {HoldRules.Name(unknown.Cause)}");

    [LoggerMessage(2100, LogLevel.Information, "{Activity} {Verdict}, payment {PaymentId}")]
    private partial void LogVerdict(string activity, string verdict, string? paymentId);
}
