namespace PaymentWorkflows.Activities;

/// <summary>One caller that waits at the board.</summary>
internal sealed class NewsWaiter<TView>(Func<TView, bool> until)
    where TView : class
{
    private readonly Lock gate = new();
    private TaskCompletionSource news = NewSource();
    private TView? satisfied;

    /// <summary>The first view that was waited for; null as long as there is none.</summary>
    internal TView? Satisfied
    {
        get
        {
            lock (gate)
            {
                return satisfied;
            }
        }
    }

    internal void Offer(TView view)
    {
        if (!until(view))
        {
            return;
        }

        lock (gate)
        {
            satisfied ??= view;
            news.TrySetResult();
        }
    }

    internal void Nudge()
    {
        lock (gate)
        {
            news.TrySetResult();
        }
    }

    /// <summary>Returns at the next news, or after <paramref name="atMost"/> without any.</summary>
    internal async Task NewsAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        Task next;
        lock (gate)
        {
            next = news.Task;
        }

        try
        {
            await next.WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return;
        }

        lock (gate)
        {
            // News that comes from here on, while the row is being read, must wake the next round.
            if (news.Task.IsCompleted)
            {
                news = NewSource();
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
