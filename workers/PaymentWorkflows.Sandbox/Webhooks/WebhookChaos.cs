namespace PaymentWorkflows.Sandbox.Webhooks;

/// <summary>What is done to deliveries on purpose.</summary>
/// <param name="Drop">Probability that an event is never sent.</param>
/// <param name="Duplicate">Probability that an event is sent twice.</param>
/// <param name="Reorder">Probability that an event is held back for a second while later ones pass it.</param>
/// <param name="DelayMs">Milliseconds before the first attempt of each event.</param>
internal sealed record WebhookChaos(double Drop = 0, double Duplicate = 0, double Reorder = 0, int DelayMs = 0)
{
    /// <summary>How long a reordered event is held back, in milliseconds.</summary>
    public const int ReorderMs = 1000;

    public static WebhookChaos None { get; } = new();
}
