using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Reservations;

/// <summary>The steps that ask a merchant's backend to set goods aside, and to let them go.</summary>
public interface IReservationActivities
{
    /// <summary>
    /// Asks to reserve, once for its id. Done carries the merchant's reference; Refused its reason (<c>out_of_stock</c>). No answer is
    /// Unknown: the request may be sent again under the same id.
    /// </summary>
    [Activity("reserve_order")]
    Task<StepVerdict> ReserveAsync(ReservationRequest request);

    /// <summary>Lets a reservation go; Done also when there was none.</summary>
    [Activity("release_order")]
    Task<StepVerdict> ReleaseAsync(ReservationRequest request);
}

/// <summary>What is to be set aside, or let go.</summary>
public sealed record ReservationRequest : ITraced
{
    /// <summary>Our id of the reservation, the same for each retry and for its release.</summary>
    public required string Id { get; init; }

    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required MerchantId Merchant { get; init; }
    public required OrderId Order { get; init; }
    public required CustomerId Customer { get; init; }
    public required IReadOnlyList<CheckoutLine> Lines { get; init; }
    public required Money Amount { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}
