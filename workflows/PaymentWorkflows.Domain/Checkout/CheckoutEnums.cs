namespace PaymentWorkflows.Domain.Checkout;

/// <summary>Where a checkout stands, as its caller sees it.</summary>
public enum CheckoutStatus
{
    Processing,
    RequiresAction,
    Authorized,
    RequiresCapture,
    Completed,
    Declined,
    Expired,
    Canceled,
    Failed,
}

/// <summary>Who decides when the money is taken.</summary>
public enum CaptureMode
{
    /// <summary>The saga, as soon as everything before it is done.</summary>
    Automatic,

    /// <summary>The merchant, by a capture request before the authorization lapses.</summary>
    Manual,
}

/// <summary>Who computes tax.</summary>
public enum TaxMode
{
    /// <summary>No tax is computed.</summary>
    None,

    /// <summary>The configured tax engine.</summary>
    Automatic,
}

/// <summary>The steps of a checkout, in their order.</summary>
public enum CheckoutStep
{
    Price,
    Tax,
    Intent,
    Authorize,
    CustomerAction,
    Review,
    Reserve,
    Capture,
    Ledger,
    TaxCommit,
    Erp,
    Notify,
}

/// <summary>What became of a step.</summary>
public enum StepStatus
{
    Done,
    Undone,
    Skipped,
    Failed,
    Unknown,
    Held,
}
