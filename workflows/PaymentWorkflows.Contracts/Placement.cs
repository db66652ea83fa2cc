namespace PaymentWorkflows.Contracts;

/// <summary>Where the steps of a saga run. Data in the workflow's input: histories of both replay with the same code.</summary>
public enum Placement
{
    /// <summary>Short steps run in the saga's own worker: one event each.</summary>
    Lean,

    /// <summary>Each role's steps run on its own task queue: scaled, limited and restarted on their own.</summary>
    Isolated,
}
