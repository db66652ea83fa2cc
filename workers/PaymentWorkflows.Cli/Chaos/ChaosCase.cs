namespace PaymentWorkflows.Cli.Chaos;

/// <summary>One thing that breaks while one scenario is played.</summary>
/// <param name="Group">The kind, a row of the table, such as kill or provider.</param>
/// <param name="Scenario">What is played.</param>
/// <param name="What">What breaks, for people.</param>
internal abstract record ChaosCase(string Group, ChaosScenario Scenario, string What)
{
    /// <summary>Whether it may end as canceled, with no money left, instead of as planned.</summary>
    public virtual bool MayEndCanceled => false;

    /// <summary>How its caller asks.</summary>
    public virtual ChaosCaller Asks => ChaosCaller.Usual;

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

/// <summary>
/// The provider has done what was asked, the process dies before anybody knows, and whoever goes on comes after the provider has forgotten
/// the idempotency key: its clock is set forward by 25 h.
/// </summary>
internal sealed record PrunedCase(ChaosScenario Scenario, ChaosPlace Place) : PlacedCase("pruned", Scenario, Place, $"{Place.Point} {Place.Span}, and on after 25 h");

/// <summary>Its caller asks for the same more than once.</summary>
internal sealed record CallerCase(ChaosScenario Scenario, ChaosCaller Caller)
    : ChaosCase("caller", Scenario, Caller == ChaosCaller.Hasty ? "everything is asked for twice at once" : "two callers buy the same order at once")
{
    public override ChaosCaller Asks => Caller;
}

/// <summary>Another system does something else than to answer.</summary>
/// <param name="Scenario">What is played.</param>
/// <param name="Service"><c>erp</c> or <c>merchant</c>, as the control port names it.</param>
/// <param name="Match">What the requests hold that it is about.</param>
/// <param name="Kind">How.</param>
internal sealed record ServiceCase(ChaosScenario Scenario, string Service, string Match, string Kind) : ChaosCase("service", Scenario, $"{Kind} at the {Service}'s {Match}")
{
    private static readonly string[] Kinds = ["down", "unavailable", "commit_then_hang"];

    public static IEnumerable<ServiceCase> Of(ChaosScenario scenario) =>
        from at in scenario.Services from kind in Kinds select new ServiceCase(scenario, at.Service, at.Match, kind);
}

/// <summary>The provider's events come otherwise than once and in their order.</summary>
/// <param name="Scenario">What is played.</param>
/// <param name="How">For people.</param>
/// <param name="Deliveries">What the control port is told; null for an event that somebody else made up.</param>
internal sealed record WebhookCase(ChaosScenario Scenario, string How, object? Deliveries) : ChaosCase("webhook", Scenario, How)
{
    public static IEnumerable<WebhookCase> Of(ChaosScenario scenario) =>
    [
        new(scenario, "each event twice", new { duplicate = 1.0 }),
        new(scenario, "events out of order", new { reorder = 0.5 }),
        new(scenario, "events after 3 s", new { delay_ms = 3_000 }),
        new(scenario, "no events", new { drop = 1.0 }),
        new(scenario, "a forged event", null),
    ];
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
    /// <summary>Its answer is lost, and the search does not show it yet.</summary>
    public const string Unindexed = "commit_then_reset_unindexed";

    public static IReadOnlyList<string> Kinds { get; } = ["commit_then_hang", "commit_then_reset", "hang_then_drop", "stored_500", "rate_limited", "lock_timeout"];
}
