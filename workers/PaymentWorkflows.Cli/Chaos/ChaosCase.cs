namespace PaymentWorkflows.Cli.Chaos;

/// <summary>One thing that breaks while one scenario is played.</summary>
/// <param name="Group">The kind, a row of the table: kill, halt, provider, cancel.</param>
/// <param name="Scenario">What is played.</param>
/// <param name="What">What breaks, for people.</param>
internal abstract record ChaosCase(string Group, ChaosScenario Scenario, string What)
{
    /// <summary>Cancels the saga while it is at a place: the money that must be left is none, unless it was through already.</summary>
    public virtual bool MayEndCanceled => false;

    public sealed override string ToString() => $"{Group}: {Scenario.Name}, {What}";
}

/// <summary>A process is killed where a span begins, within it, or where it ends.</summary>
internal sealed record KillCase(ChaosScenario Scenario, ChaosPlace Place) : ChaosCase("kill", Scenario, $"{Place.Point} {Place.Span}");

/// <summary>A process is halted for longer than its heartbeat and its workflow task last, and goes on as if nothing had been.</summary>
internal sealed record HaltCase(ChaosScenario Scenario, ChaosPlace Place) : ChaosCase("halt", Scenario, $"{Place.Point} {Place.Span}");

/// <summary>The workflow is canceled while it is at a place.</summary>
internal sealed record CancelCase(ChaosScenario Scenario, ChaosPlace Place) : ChaosCase("cancel", Scenario, $"at {Place.Span}")
{
    public override bool MayEndCanceled => true;
}

/// <summary>The provider does something else than to answer.</summary>
internal sealed record ProviderCase(ChaosScenario Scenario, string Method, string Path, string Kind) : ChaosCase("provider", Scenario, $"{Kind} at {Method} {Path}")
{
    public static IReadOnlyList<string> Kinds { get; } = ["commit_then_hang", "commit_then_reset", "hang_then_drop", "stored_500", "rate_limited", "lock_timeout"];
}
