using PaymentWorkflows.Contracts.Compensation;

namespace PaymentWorkflows.Sagas.Compensation;

/// <summary>
/// What has to be taken back when a saga does not reach its end. A compensation is registered before its step runs, because a step whose
/// answer never came may have happened. They run in reverse; one that cannot succeed parks for a person while the others go on. Knows
/// nothing of Temporal: whoever passes the delegates sees to it that they run uncancelled.
/// </summary>
public sealed class Saga
{
    private readonly Stack<(string Step, Func<Task<UndoResult>> Undo)> registered = new();

    /// <summary>The steps that would be taken back, in the order of the undoing.</summary>
    public IReadOnlyList<string> Pending => [.. registered.Select(entry => entry.Step)];

    /// <summary>Registers what takes a step back; call it before the step.</summary>
    public void Register(string step, Func<Task<UndoResult>> undo) => registered.Push((step, undo));

    /// <summary>Forgets what is registered: the steps are known to have done nothing.</summary>
    public void Forget() => registered.Clear();

    /// <summary>Takes everything back.</summary>
    /// <param name="park">Waits for a person's decision about a compensation that cannot succeed, and carries it out.</param>
    /// <returns>A record per compensation, in the order they were run.</returns>
    public async Task<IReadOnlyList<CompensationRecord>> CompensateAsync(Func<string, UndoResult.Stuck, Func<Task<UndoResult>>, Task<CompensationRecord>> park)
    {
        ArgumentNullException.ThrowIfNull(park);
        var outcomes = new List<Task<CompensationRecord>>();
        try
        {
            while (registered.TryPop(out var entry))
            {
                var result = await entry.Undo();
                outcomes.Add(result switch
                {
                    UndoResult.Done done => Task.FromResult(done.Record),
                    UndoResult.Stuck stuck => park(entry.Step, stuck, entry.Undo),
                    _ => throw new InvalidOperationException($"Compensation of {entry.Step} ended as {result}."),
                });
            }
        }
        catch when (outcomes.Count > 0)
        {
            // Whoever takes the failure up begins anew; a hold of this round that is still open would be nobody's.
            await AllAsync(outcomes);
            throw;
        }

        return await AllAsync(outcomes);
    }

    private static async Task<IReadOnlyList<CompensationRecord>> AllAsync(IEnumerable<Task<CompensationRecord>> outcomes)
    {
        var records = new List<CompensationRecord>();
        foreach (var outcome in outcomes)
        {
            records.Add(await outcome);
        }

        return records;
    }
}
