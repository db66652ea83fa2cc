using PaymentWorkflows.Domain.Payments;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Payments;

/// <summary>
/// Finds out what became of a money step whose outcome is unknown or still to come: asks again with back-off, at once when the provider
/// sends an event, until the deadline. Asking is safe: the step looks before it sends.
/// </summary>
/// <param name="events">The provider's events of this saga.</param>
/// <param name="patience">How long to ask.</param>
public sealed class UnknownResolver(ProviderEvents events, TimeSpan patience)
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15),
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1),
    ];

    /// <summary>Whether the provider sent an event since the last look began.</summary>
    public bool HasNews => events.HasNews;

    /// <summary>The payment that the provider's latest event named; null when none did.</summary>
    public string? SeenPaymentId => events.PaymentId;

    /// <summary>A look at the provider begins.</summary>
    public void BeginLook() => events.BeginLook();

    /// <summary>Asks until <paramref name="settled"/> holds for the answer; after the deadline the last answer is returned as it is.</summary>
    /// <param name="ask">The step, run again.</param>
    /// <param name="settled">Whether an answer ends the search.</param>
    /// <param name="leave">Ends the search early; null never does.</param>
    public async Task<MoneyVerdict> ResolveAsync(Func<Task<MoneyVerdict>> ask, Func<MoneyVerdict, bool> settled, Func<bool>? leave = null)
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(settled);
        var deadline = Workflow.UtcNow + patience;
        for (var round = 0; ; round++)
        {
            var left = deadline - Workflow.UtcNow;
            var wait = Waits[Math.Min(round, Waits.Length - 1)];
            if (left > TimeSpan.Zero)
            {
                await Workflow.WaitConditionAsync(
                    () => events.HasNews || leave?.Invoke() == true, left < wait ? left : wait, CancellationToken.None);
            }

            var verdict = await ask();
            if (settled(verdict) || Workflow.UtcNow >= deadline || leave?.Invoke() == true)
            {
                return verdict;
            }
        }
    }
}
