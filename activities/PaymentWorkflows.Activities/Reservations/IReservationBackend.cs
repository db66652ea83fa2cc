using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Domain.Steps;

namespace PaymentWorkflows.Activities.Reservations;

/// <summary>The merchants' backends, which set goods aside. Both requests may be put any number of times: the reservation's id tells.</summary>
public interface IReservationBackend
{
    /// <summary>Asks to reserve; Refused is the merchant's own no, Unknown an answer that says neither.</summary>
    /// <exception cref="MerchantUnavailableException">No answer.</exception>
    Task<StepVerdict> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken);

    /// <summary>Asks to let go; Done also when nothing was reserved.</summary>
    /// <exception cref="MerchantUnavailableException">No answer.</exception>
    Task<StepVerdict> ReleaseAsync(ReservationRequest request, CancellationToken cancellationToken);
}
