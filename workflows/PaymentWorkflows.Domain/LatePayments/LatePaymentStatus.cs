namespace PaymentWorkflows.Domain.LatePayments;

/// <summary>Where money that came after its checkout had ended stands.</summary>
public enum LatePaymentStatus
{
    /// <summary>The provider is asked what it has.</summary>
    Looking,

    /// <summary>The money is in the books as owed to the customer, and on its way back.</summary>
    Refunding,

    /// <summary>The customer has it back.</summary>
    Refunded,

    /// <summary>It is still owed: a person ended its refund without one.</summary>
    Owed,

    /// <summary>The provider has taken nothing, or has let it go.</summary>
    NothingTaken,
}
