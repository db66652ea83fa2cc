namespace PaymentWorkflows.Domain.Refunds;

/// <summary>What a status of a refund means.</summary>
public static class RefundStatusRules
{
    /// <summary>Whether nothing more happens by itself.</summary>
    public static bool IsFinal(this RefundStatus status) => status switch
    {
        RefundStatus.Succeeded or RefundStatus.Failed or RefundStatus.Canceled => true,
        RefundStatus.Processing or RefundStatus.Pending => false,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A status nobody has classified."),
    };

    /// <summary>Whether the refund ended without giving anything back.</summary>
    public static bool CameToNothing(this RefundStatus status) => status is RefundStatus.Failed or RefundStatus.Canceled;
}
