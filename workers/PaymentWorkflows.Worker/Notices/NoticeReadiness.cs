using PaymentWorkflows.Hosting.Health;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>Ready means: this process looks at the outbox. One that lives but does not look delivers nothing, and nothing else would tell.</summary>
internal sealed class NoticeReadiness(NoticeDispatcher dispatcher) : IReadinessProbe
{
    /// <summary>Beyond the longest pause between two looks that can be configured.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    public string Name => "notices";

    public Task<string?> ProbeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(dispatcher.SinceLook <= Longest ? null : "the outbox has not been looked at for a while");
}
