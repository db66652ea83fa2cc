using PaymentWorkflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>The provider turned the request away without doing anything (rate limit, lock, a request in flight under the key): send the same again later.</summary>
/// <param name="provider">The adapter's name.</param>
/// <param name="code">The provider's code.</param>
/// <param name="retryAfter">When to try again, if the provider said so.</param>
public sealed class ProviderBusyException(string provider, string code, TimeSpan? retryAfter)
    : Exception($"{provider} is busy ({code}); nothing was done.")
{
    public string Code { get; } = code;
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The failure that the engine tries again, no sooner than the provider said.</summary>
    public ApplicationFailureException ToFailure() =>
        new(Message, this, ErrorTypes.ProviderBusy, nextRetryDelay: RetryAfter, category: ApplicationErrorCategory.Benign);
}
