using Microsoft.Extensions.Logging;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Reservations;

/// <summary>
/// The steps that ask a merchant's backend. One that does not answer is asked again for a while, by failing the step; then the outcome is
/// unknown, and the saga decides.
/// </summary>
/// <param name="backend">The merchants' backends.</param>
/// <param name="patience">How long a backend may be silent before the outcome is unknown.</param>
public sealed partial class ReservationActivities(
    IReservationBackend backend, ReservationPatience patience, TimeProvider clock, ILogger<ReservationActivities> logger) : IReservationActivities
{
    [Activity("reserve_order")]
    public Task<StepVerdict> ReserveAsync(ReservationRequest request) => AskAsync("reserve", request, backend.ReserveAsync);

    [Activity("release_order")]
    public Task<StepVerdict> ReleaseAsync(ReservationRequest request) => AskAsync("release", request, backend.ReleaseAsync);

    private async Task<StepVerdict> AskAsync(string what, ReservationRequest request, Func<ReservationRequest, CancellationToken, Task<StepVerdict>> ask)
    {
        ArgumentNullException.ThrowIfNull(request);
        var activity = ActivityExecutionContext.Current;
        try
        {
            var verdict = await ask(request, activity.CancellationToken);
            LogVerdict(what, request.Id, verdict);
            return verdict;
        }
        catch (MerchantUnavailableException silent)
        {
            LogUnavailable(what, request.Id, silent.Message);

            // A local step that fails goes on as a remote one, which waits between its tries without taking anybody's slot.
            return !activity.Info.IsLocal && clock.GetUtcNow().UtcDateTime - activity.Info.ScheduledTime >= patience.Longest
                ? new StepVerdict.Unknown(silent.Message)
                : throw new ApplicationFailureException(silent.Message, silent, ErrorTypes.MerchantUnavailable, category: ApplicationErrorCategory.Benign);
        }
    }

    [LoggerMessage(2300, LogLevel.Information, "{What} {Reservation}: {Verdict}")]
    private partial void LogVerdict(string what, string reservation, StepVerdict verdict);

    [LoggerMessage(2301, LogLevel.Warning, "{What} {Reservation}: {Message}")]
    private partial void LogUnavailable(string what, string reservation, string message);
}
