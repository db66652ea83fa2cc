namespace PaymentWorkflows.Domain.Reviews;

/// <summary>Whose payments are counted.</summary>
public enum VelocitySubject
{
    /// <summary>One customer of one merchant.</summary>
    Customer,

    /// <summary>One card, by the provider's fingerprint, with every merchant.</summary>
    Card,
}

/// <summary>Many payments, or much money, in a while. Where both a count and a sum are set, both must be reached.</summary>
/// <param name="Per">Whose payments are counted.</param>
/// <param name="Within">How far back.</param>
/// <param name="Count">From this many payments on, this one included; null: any number.</param>
/// <param name="Sum">From this sum on, this payment included, by currency; empty: any sum.</param>
public sealed record VelocityCondition(VelocitySubject Per, TimeSpan Within, int? Count, IReadOnlyList<Money> Sum);

/// <summary>What the same customer or card has paid within a window, the payment in question left out.</summary>
/// <param name="Count">Payments.</param>
/// <param name="Sum">Their sum, of those in the currency of the payment in question.</param>
public sealed record VelocitySeen(int Count, Money Sum);
