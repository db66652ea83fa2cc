namespace PaymentWorkflows.Domain.Payments;

/// <summary>
/// What a provider says of one payment, in ISO 4217 minor units (adapters translate). For a refund the amounts are the refund's and
/// <see cref="RefundId"/> is set.
/// </summary>
public sealed record ProviderPayment
{
    /// <summary>The adapter's name, such as <c>stripe</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's id of the payment (<c>pi_...</c>).</summary>
    public required string Id { get; init; }

    public required PaymentState State { get; init; }

    /// <summary>What was asked of the customer.</summary>
    public required Money Amount { get; init; }

    /// <summary>Authorized and not yet captured.</summary>
    public required Money Capturable { get; init; }

    /// <summary>Captured so far, refunds not taken off.</summary>
    public required Money Captured { get; init; }

    /// <summary>Given back so far.</summary>
    public Money? Refunded { get; init; }

    /// <summary>The provider's fee on the captured money; null while the provider has not told it.</summary>
    public Money? Fee { get; init; }

    /// <summary>The provider's id of the charge (<c>ch_...</c>).</summary>
    public string? ChargeId { get; init; }

    /// <summary>The provider's id of the refund (<c>re_...</c>), when this tells of one.</summary>
    public string? RefundId { get; init; }

    /// <summary>When the authorization lapses (UTC).</summary>
    public DateTimeOffset? CaptureBefore { get; init; }

    /// <summary>The provider's judgement of fraud, such as <c>normal</c>, <c>elevated</c> or <c>highest</c>; null when it gives none.</summary>
    public string? RiskLevel { get; init; }

    /// <summary>The provider's name of the card, the same for each use of it; null for other methods.</summary>
    public string? CardFingerprint { get; init; }

    /// <summary>The attempt key that our adapter put into the provider's metadata.</summary>
    public string? AttemptKey { get; init; }
}
