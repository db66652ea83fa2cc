namespace PaymentWorkflows.Sagas.Holds;

/// <summary>What may change while a hold waits, and what to do about it. The hold stays open meanwhile, so that no act meets a closed one.</summary>
/// <param name="HasNews">Whether there is something to look at.</param>
/// <param name="LookAsync">Looks. Gives what the person is told from now on; null ends the hold without a decision.</param>
public sealed record HoldWatch(Func<bool> HasNews, Func<Task<string?>> LookAsync);
