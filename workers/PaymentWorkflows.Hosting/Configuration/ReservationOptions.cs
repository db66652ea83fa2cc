namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>How merchants' backends are asked to reserve.</summary>
public sealed record ReservationOptions
{
    /// <summary>How long a silent backend is asked again before the outcome counts as unknown.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests to one merchant at once, per process: one that hangs fills its own slots only.</summary>
    public int PerMerchantConcurrency { get; init; } = 16;
}
