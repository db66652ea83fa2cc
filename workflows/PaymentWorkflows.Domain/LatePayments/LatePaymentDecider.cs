using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Domain.LatePayments;

/// <summary>What to do about a payment whose checkout has ended.</summary>
public enum LatePaymentStep
{
    /// <summary>Nobody knows yet: look again.</summary>
    LookAgain,

    /// <summary>It is reserved only: let it go.</summary>
    Release,

    /// <summary>The money is here: book it and give it back.</summary>
    GiveBack,

    /// <summary>There is no money.</summary>
    End,
}

/// <summary>Decides about late payments; pure.</summary>
public static class LatePaymentDecider
{
    /// <summary>The next step, by what the provider says of the payment now.</summary>
    public static LatePaymentStep After(MoneyVerdict seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return seen.Match(
            succeeded => succeeded.Payment.State switch
            {
                PaymentState.Captured => LatePaymentStep.GiveBack,
                PaymentState.Authorized => LatePaymentStep.Release,
                PaymentState.Canceled => LatePaymentStep.End,
                _ => LatePaymentStep.LookAgain,
            },
            declined => LatePaymentStep.End,
            pending => pending.Payment.State == PaymentState.Processing ? LatePaymentStep.LookAgain : LatePaymentStep.End,
            refused => refused.Cause == RefusalCause.Absent ? LatePaymentStep.End : LatePaymentStep.LookAgain,
            unknown => LatePaymentStep.LookAgain);
    }
}
