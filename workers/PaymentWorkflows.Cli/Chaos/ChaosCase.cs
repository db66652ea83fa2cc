namespace PaymentWorkflows.Cli.Chaos;

/// <summary>One thing that breaks while one scenario is played.</summary>
/// <param name="Group">The kind, a row of the table: kill, halt, provider, cancel.</param>
/// <param name="Scenario">What is played.</param>
/// <param name="What">What breaks, for people.</param>
internal abstract record ChaosCase(string Group, ChaosScenario Scenario, string What)
{
    /// <summary>Whether it may end as canceled, with no money left, instead of as planned.</summary>
    public virtual bool MayEndCanceled => false;

    public sealed override string ToString() => $"{Group}: {Scenario.Name}, {What}";
}

/// <summary>Something happens to the process that comes to a place first.</summary>
internal abstract record PlacedCase(string Group, ChaosScenario Scenario, ChaosPlace Place, string What) : ChaosCase(Group, Scenario, What);

/// <summary>A process is killed where a span begins, within it, or where it ends.</summary>
internal sealed record KillCase(ChaosScenario Scenario, ChaosPlace Place) : PlacedCase("kill", Scenario, Place, $"{Place.Point} {Place.Span}");

/// <summary>A process is halted for longer than its heartbeat and its workflow task last, and goes on as if nothing had been.</summary>
internal sealed record HaltCase(ChaosScenario Scenario, ChaosPlace Place) : PlacedCase("halt", Scenario, Place, $"{Place.Point} {Place.Span}");

/// <summary>The workflow is canceled while it is at a place.</summary>
internal sealed record CancelCase(ChaosScenario Scenario, ChaosPlace Place) : PlacedCase("cancel", Scenario, Place, $"at {Place.Span}")
{
    public override bool MayEndCanceled => true;
}

/// <summary>Some of the compensations fail at first: a person, or the other side, lets them through in the end.</summary>
/// <param name="Scenario">One that is taken back.</param>
/// <param name="Failing">The requests that fail, by what they are for.</param>
internal sealed record CompensationCase(ChaosScenario Scenario, IReadOnlyList<ChaosRefusal> Failing)
    : ChaosCase("compensation", Scenario, $"{string.Join(" and ", Failing.Select(one => one.Name))} fails");

/// <summary>A request of a compensation that is refused.</summary>
/// <param name="Name">Which compensation.</param>
/// <param name="Faults">The control port's path that takes the fault.</param>
/// <param name="Fault">The fault.</param>
internal sealed record ChaosRefusal(string Name, string Faults, object Fault)
{
    public static IReadOnlyList<ChaosRefusal> All { get; } =
    [
        new("release", "/merchant/faults", new { match = "\"release\"", kind = "down", times = 3 }),
        new("cancel", "/faults", new { match = new { method = "POST", path = "/v1/payment_intents/*/cancel" }, kind = "unauthorized", times = 1 }),
        new("refund", "/faults", new { match = new { method = "POST", path = "/v1/refunds" }, kind = "balance_insufficient", times = 1 }),
        new("tax", "/faults", new { match = new { method = "POST", path = "/v1/tax/transactions/create_reversal" }, kind = "stored_500", times = 1 }),
        new("credit_note", "/erp/faults", new { match = "credit_note", kind = "down", times = 2 }),
    ];

    /// <summary>Every subset of those that a scenario meets, but for the empty one.</summary>
    public static IEnumerable<IReadOnlyList<ChaosRefusal>> Subsets(IReadOnlyList<string> met)
    {
        var some = All.Where(one => met.Contains(one.Name)).ToArray();
        return Enumerable.Range(1, (1 << some.Length) - 1).Select(bits => (IReadOnlyList<ChaosRefusal>)[.. some.Where((_, index) => (bits & (1 << index)) != 0)]);
    }
}

/// <summary>A server or a process of the product dies while many scenarios are played at once.</summary>
/// <param name="Scenario">What is played, many times.</param>
/// <param name="Process">Which.</param>
internal sealed record ServerCase(ChaosScenario Scenario, string Process) : ChaosCase("server", Scenario, $"{Process} is killed under load");

/// <summary>The provider does something else than to answer.</summary>
internal sealed record ProviderCase(ChaosScenario Scenario, string Method, string Path, string Kind) : ChaosCase("provider", Scenario, $"{Kind} at {Method} {Path}")
{
    public static IReadOnlyList<string> Kinds { get; } = ["commit_then_hang", "commit_then_reset", "hang_then_drop", "stored_500", "rate_limited", "lock_timeout"];
}
