using PaymentWorkflows.Contracts.Compensation;

namespace PaymentWorkflows.Sagas.Compensation;

/// <summary>What one try at a compensation gave. Closed.</summary>
public abstract record UndoResult
{
    private UndoResult()
    {
    }

    /// <summary>Taken back, or nothing was there.</summary>
    public sealed record Done(CompensationRecord Record) : UndoResult;

    /// <summary>It cannot succeed as things are: a person has to look.</summary>
    public sealed record Stuck(string Message) : UndoResult;
}
