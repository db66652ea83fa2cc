namespace PaymentWorkflows.Sandbox.Webhooks;

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryStatus
{
    /// <summary>Waiting for its first or next attempt.</summary>
    Pending,

    /// <summary>An endpoint answered 2xx.</summary>
    Delivered,

    /// <summary>Never sent, by request of the control port.</summary>
    Dropped,

    /// <summary>Not accepted for three days.</summary>
    GivenUp,
}
