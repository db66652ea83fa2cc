namespace PaymentWorkflows.Sandbox.Time;

/// <summary>The machine's clock plus an offset that only grows; what the sandbox's objects and timers live by.</summary>
internal sealed class SandboxClock(TimeProvider machine) : TimeProvider
{
    private long offsetTicks;

    /// <summary>How far this clock is ahead of the machine's.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref offsetTicks));
        set => Interlocked.Exchange(ref offsetTicks, value.Ticks);
    }

    /// <summary>The machine's own clock: for signatures and pauses, which the outside measures.</summary>
    public TimeProvider Machine => machine;

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Offset;
}
