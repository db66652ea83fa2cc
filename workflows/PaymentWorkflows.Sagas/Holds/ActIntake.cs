namespace PaymentWorkflows.Sagas.Holds;

/// <summary>Takes a person's acts in from the first moment: those that come before the saga has begun wait for its holds.</summary>
internal sealed class ActIntake
{
    private readonly Queue<SentAct> early = new();
    private OperatorHold? holds;

    /// <summary>Takes an act in; called by the signal handler.</summary>
    public Task TakeAsync(SentAct sent)
    {
        if (holds is not null)
        {
            return holds.OfferAsync(sent);
        }

        early.Enqueue(sent);
        return Task.CompletedTask;
    }

    /// <summary>The saga has begun, perhaps once more: from here on acts go to these holds, and those that came before go first.</summary>
    public async Task OpenAsync(OperatorHold begun)
    {
        holds = begun;
        while (early.TryDequeue(out var sent))
        {
            await begun.OfferAsync(sent);
        }
    }
}
