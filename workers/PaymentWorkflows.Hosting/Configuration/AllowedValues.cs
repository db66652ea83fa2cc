using PaymentWorkflows.Contracts;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>The closed sets of words that <c>temporal-dev.yaml</c> may hold.</summary>
public static class AllowedValues
{
    /// <summary>Worker roles: a role is a deployment to scale.</summary>
    public static IReadOnlyList<string> Roles { get; } = [.. WorkerRoles.All.Order(StringComparer.Ordinal)];

    /// <summary>Task queues: the roles whose work comes from Temporal.</summary>
    public static IReadOnlyList<string> Queues { get; } = [.. TaskQueues.All.Order(StringComparer.Ordinal)];

    /// <summary>Where short steps run.</summary>
    public static IReadOnlyList<string> Placements { get; } = ["isolated", "lean"];

    /// <summary>The tax engines that this build has an adapter for.</summary>
    public static IReadOnlyList<string> TaxEngines { get; } = ["none", "stripe"];

    /// <summary>The providers' risk levels that review rules may name. Source: docs.stripe.com/api/charges/object (outcome.risk_level).</summary>
    public static IReadOnlyList<string> RiskLevels { get; } = ["normal", "elevated", "highest", "not_assessed", "unknown"];

    /// <summary>Whose payments the velocity of a review rule counts.</summary>
    public static IReadOnlyList<string> VelocitySubjects { get; } = ["customer", "card"];

    /// <summary>Serilog's minimum levels.</summary>
    public static IReadOnlyList<string> LogLevels { get; } = ["Verbose", "Debug", "Information", "Warning", "Error", "Fatal"];

    /// <summary>Types of Temporal search attributes, as the Temporal CLI writes them.</summary>
    public static IReadOnlyList<string> SearchAttributeTypes { get; } = ["Bool", "Datetime", "Double", "Int", "Keyword", "KeywordList", "Text"];
}
