namespace PaymentWorkflows.Sandbox.State;

/// <summary>What happens by the passing of time.</summary>
internal static class JobKinds
{
    public const string ExpireAuthorization = "expire_authorization";
    public const string ExpireAction = "expire_action";
    public const string PayAction = "pay_action";
    public const string FailAction = "fail_action";
    public const string PayLate = "pay_late";
    public const string SettleCharge = "settle_charge";
    public const string SucceedRefund = "succeed_refund";
    public const string FailRefund = "fail_refund";
    public const string FundRefund = "fund_refund";
}
