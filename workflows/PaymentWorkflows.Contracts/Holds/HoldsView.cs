using PaymentWorkflows.Contracts.Checkout;

namespace PaymentWorkflows.Contracts.Holds;

/// <summary>How a held saga of any kind is spoken to.</summary>
public static class HoldNames
{
    /// <summary>The signal that carries an <see cref="Intervention"/>.</summary>
    public const string Signal = "intervene";

    /// <summary>The query that answers with a <see cref="HoldsView"/>.</summary>
    public const string Query = "holds";
}

/// <summary>What waits for a person in a saga, and what became of the acts that came.</summary>
/// <param name="Open">The holds that wait, oldest first.</param>
/// <param name="Acts">The last acts, oldest first; an act that is not among them has not been looked at yet, or is long past.</param>
public sealed record HoldsView(IReadOnlyList<HeldView> Open, IReadOnlyList<ActView> Acts);

/// <summary>An act and what became of it.</summary>
/// <param name="Id">The sender's own id of it, if it had one.</param>
/// <param name="Action">The act's name.</param>
/// <param name="Actor">Who.</param>
/// <param name="Hold">The hold it was for, as far as that is known.</param>
/// <param name="At">When it was decided (UTC).</param>
/// <param name="Refusal">Why it was refused and what is allowed; null when it was accepted.</param>
public sealed record ActView(string? Id, string? Action, string? Actor, string? Hold, DateTimeOffset At, string? Refusal);
