namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>When a card asks for 3-D Secure.</summary>
internal enum AuthenticationNeed
{
    /// <summary>Never, even when it is requested.</summary>
    NotSupported,

    /// <summary>Only when the request asks for it.</summary>
    Optional,

    /// <summary>Unless the payment method was set up before.</summary>
    UnlessSetUp,

    /// <summary>Each time the customer is present; off-session payments pass.</summary>
    OnSession,

    /// <summary>Each time; off-session payments are declined.</summary>
    Always,
}
