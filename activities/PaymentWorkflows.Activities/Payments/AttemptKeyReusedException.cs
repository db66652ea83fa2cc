using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>One attempt key came with two requests: a mistake in our code; nothing was sent.</summary>
public sealed class AttemptKeyReusedException(AttemptKey key)
    : InvalidOperationException($"Attempt key '{key}' stands for another request; nothing was sent.");
