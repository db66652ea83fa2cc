namespace PaymentWorkflows.Domain.Refunds;

/// <summary>Where a refund stands, as its caller sees it.</summary>
public enum RefundStatus
{
    /// <summary>Reserved, on its way to the provider.</summary>
    Processing,

    /// <summary>The provider has taken it on; the money is not back yet.</summary>
    Pending,

    Succeeded,
    Failed,
    Canceled,
}

/// <summary>Why money is given back.</summary>
public enum RefundReason
{
    RequestedByCustomer,
    Duplicate,
    Fraudulent,
    Other,
}

/// <summary>Who wants it.</summary>
public enum RefundOrigin
{
    /// <summary>An app backend, over HTTP or as a workflow.</summary>
    Merchant,

    /// <summary>A checkout that is undone. It waits for the outcome and holds by itself.</summary>
    Compensation,

    /// <summary>Money that came after its checkout had ended.</summary>
    LatePayment,
}

/// <summary>The steps of a refund, in their order.</summary>
public enum RefundStep
{
    Reserve,
    Refund,
    Ledger,
    Tax,
    Erp,
    Notify,
}
