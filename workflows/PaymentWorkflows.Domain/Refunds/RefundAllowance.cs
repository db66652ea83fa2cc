namespace PaymentWorkflows.Domain.Refunds;

/// <summary>Whether a refund may be made. Closed.</summary>
public abstract record RefundAllowance
{
    private RefundAllowance()
    {
    }

    /// <summary>It may, over this amount.</summary>
    public sealed record Granted(Money Amount) : RefundAllowance;

    /// <summary>It may not.</summary>
    public sealed record Refused(RefundProblem Problem) : RefundAllowance;
}
