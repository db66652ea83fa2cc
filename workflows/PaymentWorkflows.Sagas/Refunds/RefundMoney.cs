using System.Linq.Expressions;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Payments;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>The calls of one refund to its provider: their requests and their keys.</summary>
internal sealed class RefundMoney(RefundInput input, RefundStart start, RefundProgress progress, UnknownResolver resolver)
{
    private readonly string workflowId = Workflow.Info.WorkflowId;

    public UnknownResolver Resolver => resolver;

    /// <summary>Gives the money back, or finds what became of it; the same business attempt does so once.</summary>
    public Task<MoneyVerdict> RefundAsync(string? evidence, bool remotely)
    {
        var request = new RefundRequest
        {
            Key = AttemptKey.Of(workflowId, "refund", progress.View.Attempt),
            TransactionId = start.TransactionId,
            WorkflowId = workflowId,
            Evidence = evidence,
            PaymentId = start.Payment.Id,
            Amount = progress.Amount,
            Reason = input.Reason,
            Metadata = input.Metadata,
        };
        return MoneyAsync(activities => activities.RefundAsync(request), $"refund {progress.Amount}", remotely);
    }

    /// <summary>Reads the provider's refund as it is now.</summary>
    public Task<MoneyVerdict> ReadAsync(string providerRefundId, bool remotely)
    {
        var request = new ReadRefundRequest(providerRefundId, start.TransactionId);
        return MoneyAsync(activities => activities.ReadRefundAsync(request), "read the refund", remotely);
    }

    /// <summary>Checks what a person says of how the customer got the money.</summary>
    public Task<MoneyVerdict> CheckEvidenceAsync(string evidence)
    {
        var request = new RefundEvidence
        {
            RefundId = start.RefundId,
            TransactionId = start.TransactionId,
            PaymentId = start.Payment.Id,
            Amount = progress.Amount,
            Evidence = evidence,
        };
        return progress.Steps.RunAsync(ActivityProfiles.Money, (IRefundActivities activities) => activities.CheckEvidenceAsync(request), "check the evidence");
    }

    private Task<MoneyVerdict> MoneyAsync(Expression<Func<IPaymentActivities, Task<MoneyVerdict>>> call, string summary, bool remotely)
    {
        resolver.BeginLook();
        return progress.Steps.RunAsync(ActivityProfiles.Money, call, summary, remotely);
    }
}
