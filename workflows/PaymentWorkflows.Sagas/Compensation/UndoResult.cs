using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Domain.Holds;

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
    /// <param name="Message">What happened.</param>
    /// <param name="Reason">What it is held for, which says what a person may do.</param>
    public sealed record Stuck(string Message, HoldReason Reason = HoldReason.CompensationFailed) : UndoResult;
}
