using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>Two requests for one purchase that must not both act: a mistake in our code; nothing was sent.</summary>
public sealed class AttemptKeyReusedException : InvalidOperationException
{
    /// <summary>One attempt key came with two requests.</summary>
    public AttemptKeyReusedException(AttemptKey key)
        : base($"Attempt key '{key}' stands for another request; nothing was sent.")
    {
    }

    /// <summary>A request was to replace one that is not known to have moved nothing.</summary>
    public AttemptKeyReusedException(AttemptKey replaced, AttemptKey key)
        : base($"Attempt '{replaced}' is not known to have moved nothing, so '{key}' cannot replace it; nothing was sent.")
    {
    }
}
