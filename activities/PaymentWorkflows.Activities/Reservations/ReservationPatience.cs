namespace PaymentWorkflows.Activities.Reservations;

/// <summary>How long a merchant's backend is asked again before the outcome of a reservation counts as unknown.</summary>
/// <param name="Longest">From the first question on.</param>
public sealed record ReservationPatience(TimeSpan Longest);
