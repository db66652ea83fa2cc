namespace PaymentWorkflows.Domain.Payments;

/// <summary>Where a payment stands at its provider.</summary>
public enum PaymentState
{
    /// <summary>Made or declined, without a working payment method; nothing reserved.</summary>
    Open,

    /// <summary>Waits for the customer (3-D Secure, redirect, QR code).</summary>
    RequiresAction,

    /// <summary>On its way at the provider.</summary>
    Processing,

    /// <summary>Money reserved, not captured.</summary>
    Authorized,

    /// <summary>Money taken.</summary>
    Captured,

    /// <summary>Ended without money: canceled or lapsed.</summary>
    Canceled,
}
